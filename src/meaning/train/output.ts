import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExpectedError } from "../../config/expected-error";
import { whyUnreadable } from "../../inputs/unreadable";
import type { Measures } from "./measure";
import type { Trained, TrainOptions } from "./train";

/** The name of a model's file; what it was made from stands beside it. */
const MODEL = "meaning.bin";
const ORIGIN = "meaning.json";

/** A file that was learned from. */
export interface SourceFile {
  name: string;
  bytes: number;
  sha256: string;
}

/** The names of files without their folders, their sizes and checksums; a file that cannot be read throws an ExpectedError. */
export function describeFiles(files: readonly string[]): Promise<SourceFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const hash = createHash("sha256");
      let bytes = 0;
      try {
        for await (const chunk of createReadStream(file)) {
          hash.update(chunk);
          bytes += chunk.length;
        }
      } catch (error) {
        const { message } = error as Error;
        throw new ExpectedError(`${file} cannot be read: ${whyUnreadable(error as NodeJS.ErrnoException) ?? message}.`);
      }
      return { name: path.basename(file), bytes, sha256: hash.digest("hex") };
    }),
  );
}

/** Writes the model, and what it was made from, when and how; returns the path of the model. */
export async function writeTrained(
  folder: string,
  { file, papers, words, heldBackBelow, measures }: Trained,
  origin: Origin,
) {
  const { dimensions, epochs, seed, unseen } = origin.options;
  const model = path.join(folder, MODEL);
  const text = {
    about: "Vectors of words, by which papers are compared: see src/meaning/model-file.ts for the form of the file",
    file: { name: MODEL, bytes: file.length, sha256: createHash("sha256").update(file).digest("hex") },
    license: "CC0-1.0",
    madeAt: origin.madeAt.toISOString(),
    madeBy: `npm run train -- ${origin.sources.map(({ name }) => name).join(" ")} --out DIR --dimensions ${dimensions} --epochs ${epochs} --seed ${seed} --unseen ${unseen}`,
    madeFrom: { what: "arXiv's metadata, https://info.arxiv.org/help/license (CC0-1.0)", files: origin.sources },
    papers,
    words,
    unseen: {
      papers: unseen,
      about: "Those of which the first 48 bits of the SHA-256 of the arXiv id, as a number, are below",
      below: heldBackBelow,
    },
    measures: rounded(measures),
  };
  await replace(path.join(folder, ORIGIN), `${JSON.stringify(text, null, 2)}\n`);
  await replace(model, file);
  return model;
}

export interface Origin {
  options: TrainOptions;
  sources: SourceFile[];
  madeAt: Date;
}

function rounded(measures: Measures): unknown {
  return JSON.parse(
    JSON.stringify(measures, (_, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value)),
  );
}

/** A process that reads the file meanwhile finds the former one, whole. */
async function replace(file: string, content: string | Buffer): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}
