import { readArguments } from "../../config/arguments";
import { ExpectedError } from "../../config/expected-error";

export interface TrainCommand {
  files: string[];
  /** The folder that the model is put into. */
  out: string;
  dimensions: number;
  epochs: number;
  seed: number;
  unseen: number;
}

const USAGE = `Usage:
  npm run train -- FILE... --out DIR [--dimensions 128] [--epochs 1] [--seed 1] [--unseen 5000]
  FILE: arXiv's metadata, as npm run import -- arxiv takes them (JSON lines, Atom feeds, answers of OAI-PMH; any gzipped)`;

const OPTIONS = {
  out: { type: "string" },
  dimensions: { type: "string" },
  epochs: { type: "string" },
  seed: { type: "string" },
  unseen: { type: "string" },
} as const;

const NUMBERS = {
  dimensions: { default: 128, min: 8, max: 1024, step: 8 },
  epochs: { default: 1, min: 1, max: 100, step: 1 },
  seed: { default: 1, min: 0, max: 2 ** 32 - 1, step: 1 },
  unseen: { default: 5000, min: 20, max: 20_000, step: 1 },
};

/** Parses the command line; throws an ExpectedError that says what is wrong with it. */
export function parseTrainCommand(args: string[]): TrainCommand {
  const { values, positionals: files } = readArguments(args, OPTIONS, USAGE);
  if (files.length === 0) throw new ExpectedError(`FILE is missing: what to learn from.\n${USAGE}`);
  if (files.includes("-"))
    throw new ExpectedError(
      `Standard input cannot be learned from: a model tells by name and checksum of what files it was made.\n${USAGE}`,
    );
  if (!values.out) throw new ExpectedError(`--out is missing: the folder that the model is put into.\n${USAGE}`);
  const number = (name: keyof typeof NUMBERS) => readNumber(name, values[name]);
  return {
    files,
    out: values.out,
    dimensions: number("dimensions"),
    epochs: number("epochs"),
    seed: number("seed"),
    unseen: number("unseen"),
  };
}

function readNumber(name: keyof typeof NUMBERS, text: string | undefined): number {
  const { default: otherwise, min, max, step } = NUMBERS[name];
  const value = text === undefined ? otherwise : /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && value % step === 0) return value;
  const kind = step === 1 ? "a whole number" : `a multiple of ${step}`;
  throw new ExpectedError(`--${name} ${text} is not ${kind} from ${min} to ${max}.`);
}
