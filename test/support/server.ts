import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { FastifyInstance } from "fastify";
import { buildServer } from "../../src/apps/http/server.ts";
import { createKeptLog, type KeptLog } from "../../src/edges/kept-log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import { fillLibrary, openTestControl, type TestControl } from "./control.ts";
import { tempFolder } from "./temp.ts";

type The = {
  readonly app: FastifyInstance;
  readonly control: TestControl;
  readonly films: ReadonlyMap<string, Asset>;
  readonly said: KeptLog;
};

/** Tests of a server over a filled library; the server must have let go of everything at the end. */
export const suite = (name: string, body: (the: () => The) => void): void => {
  describe(name, () => {
    let made: The | null = null;
    let closeStore = (): void => {};
    before(async () => {
      const { control, close } = openTestControl(tempFolder({ after }));
      closeStore = close;
      const films = fillLibrary(control, Date.now());
      const said = createKeptLog();
      made = { app: buildServer(control, { allowedHosts: ["nas.home"], said }), control, films, said };
      await made.app.ready();
    });
    after(async () => {
      await made?.app.close();
      assert.equal(made?.control.listenerCount(), 0, "the server let go of the control");
      closeStore();
    });
    body(() => {
      assert.ok(made);
      return made;
    });
  });
};

/** The film that has `part` in its path. */
export const film = (films: ReadonlyMap<string, Asset>, part: string): Asset => {
  const found = [...films.values()].find((each) => each.path.includes(part));
  assert.ok(found, part);
  return found;
};

/** What a browser sends with every question, and with a form. */
export const BROWSER = { host: "localhost:9000", accept: "text/html" };
export const FORM = { ...BROWSER, "content-type": "application/x-www-form-urlencoded" };

/** Reads pages as a browser does; one that is not given fails the test. */
export const reader =
  (the: Parameters<Parameters<typeof suite>[1]>[0]) =>
  async (url: string): Promise<string> => {
    const { statusCode, body } = await the().app.inject({ url, headers: BROWSER });
    assert.equal(statusCode, 200, url);
    return body;
  };
