/** Problems of telling other programs something, by a real server that answers so. */
import type { TestContext } from "node:test";
import { sendOut } from "../../../src/edges/outgoing-http.ts";
import { newTold } from "../told.ts";
import type { Maker, Met } from "./maker.ts";

const answering =
  (status: number) =>
  async (context: TestContext): Promise<Met> => {
    const told = await newTold(context);
    told.answer = (response) => response.writeHead(status).end();
    const outcome = await sendOut({ method: "POST", url: told.url }, AbortSignal.timeout(5000));
    return outcome.kind === "failed" ? outcome.code : null;
  };

const ofDeliveries = {
  "target-unreachable": answering(502),
  "target-busy": answering(429),
  "target-refuses": answering(401),
  "target-not-found": answering(404),
  "message-refused": answering(400),
} satisfies Record<string, Maker>;

export const OF_DELIVERIES: typeof ofDeliveries = ofDeliveries;
