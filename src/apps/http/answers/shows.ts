/** Series as programs read them. */
import { z } from "zod";
import { STATES } from "../../../core/lifecycle.ts";

export const showsAnswer = z
  .object({
    shows: z.array(
      z.object({
        show: z.string().describe("Its name, as read from the paths of its films"),
        films: z.number().int(),
        seasons: z.array(
          z.object({
            season: z.number().int().nullable().describe("0: specials; null: films without a season"),
            films: z.number().int(),
          }),
        ),
        states: z
          .partialRecord(z.enum(STATES), z.number().int())
          .describe("How many films are in each state"),
      }),
    ),
    next: z.string().nullable().describe("The cursor of the next page; null on the last"),
  })
  .meta({ id: "Shows" });
