import { readArxivFiles } from "../ingest/sources/arxiv.source";
import { Corpus } from "../meaning/train/corpus";

interface Reading {
  signal?: AbortSignal;
  log?: (line: string) => void;
}

/** The papers of files as the import of arXiv takes them; those without an abstract, withdrawn or not readable are left out. */
export async function readCorpus(files: readonly string[], { signal, log }: Reading = {}) {
  const corpus = new Corpus();
  let leftOut = 0;
  for await (const item of readArxivFiles(files, async () => new Date(), undefined, log)) {
    signal?.throwIfAborted();
    if ("rejected" in item || !item.record.abstract || item.record.withdrawnAt) {
      leftOut++;
      continue;
    }
    const { arxivId, title, abstract, categories } = item.record;
    corpus.add({ key: arxivId ?? title, title, abstract, category: categories?.[0] });
  }
  return { corpus, leftOut };
}
