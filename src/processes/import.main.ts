import { readConfig } from "../config/config";
import { ExpectedError } from "../config/expected-error";
import { databaseNow } from "../db/clock";
import { connect } from "../db/connect";
import { explainFailure } from "../db/postgres-errors";
import type { ImportReport } from "../ingest/batch-merger";
import { parseCommand } from "../ingest/command";
import { importInBulk, importItems } from "../ingest/importer";
import { createProgress, describe } from "../ingest/progress";
import { type DayRead, noteDaysRead } from "../sources/day-plan.service";
import { runProcess } from "./run-process";

/** The most rejected items, and as many notes, that are shown one by one; the report counts the others. */
const MAX_SHOWN = 20;

runProcess(async (signal) => {
  const config = readConfig();
  const command = await parseCommand(process.argv.slice(2), config.HUGGINGFACE_URL);
  const progress = createProgress();
  const most = command.isVerbose ? Number.POSITIVE_INFINITY : MAX_SHOWN;
  const showRejected = limited(most, progress.line);
  const showNote = limited(most, progress.line);
  const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log: progress.line });
  try {
    const now = () => databaseNow(db);
    const days: DayRead[] = [];
    const onDay = (day: string, readAt: Date) => days.push({ day, readAt });
    const items = command.items({ signal, onProgress: progress.part, log: progress.line, now, onDay });
    let standing = "";
    let brokenAt: string | undefined;
    const options = {
      signal,
      onBatch: (report: Readonly<ImportReport>) => {
        standing = describe(report);
        progress.update(report);
      },
      onBroken: (location: string) => {
        brokenAt = location;
      },
      onRejected: (location: string, reason: string) => showRejected(`rejected ${location}: ${reason}`),
      onNote: (location: string, note: string) => showNote(`note on ${location}: ${note}`),
    };
    const report = await importInBulk(db, () => importItems(db, items, options)).catch((error) => {
      const failure = explainFailure(error);
      if (failure === null) throw error;
      throw new ExpectedError(`${failure} ${standing && `Until then: ${standing}. `}${command.resumeHint(brokenAt)}`);
    });
    const isAllBad = report.read > 0 && report.read === report.rejected;
    // How far behind another mirror is, is not known.
    const isRead = command.baseUrl === config.HUGGINGFACE_URL && !signal.aborted && !isAllBad;
    if (isRead) await noteDaysRead(db, days);
    progress.stop();
    console.log(`${signal.aborted ? "Stopped" : "Done"}: ${describe(report)}.`);
    if (isAllBad || signal.aborted) process.exitCode = 1;
  } finally {
    progress.stop();
    await db.close();
  }
});

function limited(limit: number, show: (line: string) => void): (line: string) => void {
  let count = 0;
  return (line) => {
    count++;
    if (count <= limit) show(line);
    else if (count === limit + 1) show("... more of these are not shown; --verbose shows all");
  };
}
