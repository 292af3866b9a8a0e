import { startLoop } from "../async/background-loop";
import { type History, watchHistory } from "../changes/history";
import { CHANNEL } from "../changes/notify";
import { createSequencer, type Sequencer } from "../changes/sequencer";
import type { LiveDb } from "../db/database";
import { onPrimary } from "../db/request-db";
import type { Log } from "../log";
import type { FilterLimits } from "./filter-shares";
import { Hub } from "./hub";

/** In ms, how often each process sequences changes: the one that recorded a change may be gone. */
const SEQUENCING = { spacing: 250, idle: 250 };
/** In ms. A paper's votes within a second make one event. Changes without a notification are found after `idle`. */
const PUBLISHING = { spacing: 1000, idle: 5000 };

/** In ms, how soon a restore of the database, or a replica that takes over, is noticed. */
const WATCHING = { spacing: 1000, idle: 1000 };

/** What subscriptions and `paperChanges` are based on. */
export interface Live {
  hub: Hub;
  sequencer: Sequencer;
  history: History;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

export interface LiveOptions {
  limits: FilterLimits;
  log: Log;
  /** Called when earlier reads may have been undone. */
  onNewHistory: () => void;
}

/** Sequences changes, and brings them to the listeners of this process, until it is closed. */
export function startLive(db: LiveDb, { limits, log, onNewHistory }: LiveOptions): Live {
  const notifications = db.listen(CHANNEL, () => {
    for (const each of publishing) each.wake();
  });
  const sequencer = createSequencer(db, notifications);
  const hub = new Hub({ watch: notifications, matching: onPrimary(db, "filters"), limits, log });
  const history = watchHistory(notifications, () => {
    log.warn("the database was restored, or a replica took its place: what was read of it is forgotten");
    onNewHistory();
    hub.restart();
  });
  const watch = async () => {
    await history.read();
    return false;
  };
  const publishing = Object.entries(hub.publishing).map(([what, publish]) =>
    startLoop(`publishing ${what}`, PUBLISHING, log, publish),
  );
  const loops = [
    ...publishing,
    startLoop("numbering changes", SEQUENCING, log, () => sequencer.catchUp()),
    startLoop("watching the database's history", WATCHING, log, watch),
  ];
  return {
    hub,
    sequencer,
    history,
    async close() {
      hub.end();
      await Promise.all(loops.map((loop) => loop.stop()));
      await notifications.close();
    },
  };
}
