/** One action for many films, from the list: the question first, then what came of it. */
import type { FastifyInstance } from "fastify";
import { actOnAll, matching } from "../../bulk.ts";
import type { Face } from "../face.ts";
import { bulkFormSchema, parseInput, toBulkFilter } from "../input.ts";
import { bulkAnswerPage, bulkQuestion, type Choice } from "../pages/library-bulk.ts";
import { sendPage } from "../send-page.ts";

export const addLibraryBulkRoutes = (app: FastifyInstance, { control, files }: Face): void => {
  const read = (given: unknown) => {
    const form = parseInput(bulkFormSchema, given);
    const { action, ids, confirmed, ...input } = form;
    const choice: Choice = { action, input, ids };
    return { choice, confirmed, filter: toBulkFilter(form) };
  };

  app.get("/library/bulk", async (request, reply) => {
    const { choice, filter } = read(request.query);
    return sendPage(reply, bulkQuestion(files, choice, control.store.assets.states(filter)));
  });

  app.post("/library/bulk", async (request, reply) => {
    const { choice, confirmed, filter } = read(request.body);
    const matched = matching(control, filter);
    // What was counted is what is done: with more or fewer films now, the question is put once more.
    const markup =
      confirmed === matched.ids.length
        ? bulkAnswerPage(files, choice, await actOnAll(control, choice.action, matched.ids))
        : bulkQuestion(files, choice, matched);
    return sendPage(reply, markup);
  });
};
