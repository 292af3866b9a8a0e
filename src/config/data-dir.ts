import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import path from "node:path";
import { ExpectedError } from "./expected-error";

/** Creates a folder, which is called `name`, if it is missing; throws ExpectedError if it cannot be written to. */
export async function makeDataDir(folder: string, name = "DATA_DIR"): Promise<void> {
  try {
    await makeFolders(folder);
    if (!(await stat(folder)).isDirectory()) throw new Error("not a folder");
    await rm(await mkdtemp(path.join(folder, "probe-")), { recursive: true });
  } catch (error) {
    throw new ExpectedError(`${name} ${folder} is not a folder that can be written to (${(error as Error).message}).`);
  }
}

/** Not mkdir's `recursive`, which never ends in /proc: there mkdir says ENOENT although the parent exists. */
async function makeFolders(folder: string): Promise<void> {
  if (await stat(folder).catch(() => null)) return;
  await makeFolders(path.dirname(folder));
  await mkdir(folder).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
}
