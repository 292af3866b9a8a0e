import { createSequencer } from "../../src/changes/sequencer";
import { createTestDatabase } from "../support/database";
import { importRecords, sourceRecord } from "../support/factories";

test("changes are sequenced although votes hold all connections for writes, so that listeners and copies hear of them", async () => {
  const db = await createTestDatabase();
  await importRecords(db, [sourceRecord()]);
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = 0;
  const voting = Array.from({ length: 20 }, () =>
    db.transaction(async () => {
      begun++;
      await ended;
    }),
  );
  while (db.writers().total > begun || db.writers().waiting === 0) await new Promise(setImmediate);
  expect(await createSequencer(db, db.primary).catchUp()).toBe(true);
  expect(await db.run("select from paper_changes")).toHaveLength(1);
  end();
  await Promise.all(voting);
  await db.close();
});
