import path from "node:path";
import { root } from "../root";
import type { MeaningModel } from "./model";
import { readModelFile, readModelName } from "./model-file";

/** The model that comes with the project; how it was made stands beside it. */
const FILE = path.join(root, "models/meaning.bin");

let model: MeaningModel | undefined;
let name: string | undefined;

/**
 * The model that comes with the project, read by the first call in some 10 ms; it keeps 6 MB. Throws an ExpectedError when its
 * file is missing or damaged.
 */
export function defaultModel(): MeaningModel {
  model ??= readModelFile(FILE);
  return model;
}

/** What tells this model from others that came with the project, without reading all of its file; throws as `defaultModel`. */
export function defaultModelName(): string {
  name ??= readModelName(FILE);
  return name;
}
