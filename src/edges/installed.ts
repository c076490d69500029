/** Whether a program can be started, without starting it. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Of a name the folders of PATH are looked through; a path is looked at itself. */
export const isInstalled = async (program: string, path = process.env.PATH ?? ""): Promise<boolean> => {
  const places = program.includes("/") ? [program] : path.split(delimiter).map((each) => join(each, program));
  const found = await Promise.allSettled(places.map((each) => access(each, constants.X_OK)));
  return found.some((each) => each.status === "fulfilled");
};
