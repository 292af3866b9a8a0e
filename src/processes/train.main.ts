import { makeDataDir } from "../config/data-dir";
import { ExpectedError } from "../config/expected-error";
import { parseTrainCommand } from "../meaning/train/command";
import { describeFiles, writeTrained } from "../meaning/train/output";
import { tableOf } from "../meaning/train/table";
import { train } from "../meaning/train/train";
import { readCorpus } from "./read-corpus";
import { runProcess } from "./run-process";

runProcess((signal) =>
  main(signal).catch((error) => {
    throw signal.aborted ? new ExpectedError("Stopped: no model was written.") : error;
  }),
);

async function main(signal: AbortSignal): Promise<void> {
  const { files, out, ...options } = parseTrainCommand(process.argv.slice(2));
  const began = performance.now();
  const log = (line: string) => console.error(`${((performance.now() - began) / 1000).toFixed(1)} s: ${line}`);
  await makeDataDir(out, "--out");
  const sources = await describeFiles(files);
  const { corpus, leftOut } = await readCorpus(files, { signal, log });
  log(`read ${corpus.size} papers; ${leftOut} without an abstract, withdrawn or unreadable are left out`);
  const onEpoch = (epoch: number, loss: number) => log(`epoch ${epoch} of ${options.epochs}, loss ${loss.toFixed(4)}`);
  const trained = await train(corpus, { ...options, onEpoch, signal });
  const model = await writeTrained(out, trained, { options, sources, madeAt: new Date() });
  const { maxRSS } = process.resourceUsage();
  log(`learned from ${trained.papers} papers, with at most ${Math.ceil(maxRSS / 1024)} MB of memory`);
  console.log(tableOf(trained.measures, options));
  console.log(
    `${model} has ${trained.words} words of ${options.dimensions} dimensions in ${trained.file.length} bytes.`,
  );
}
