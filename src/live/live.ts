import type { LiveDb } from "../db/database";
import { onPrimary } from "../db/session";
import type { Log } from "../log";
import { CHANNEL } from "./channel";
import type { FilterLimits } from "./filter-shares";
import { type History, watchHistory } from "./history";
import { Hub } from "./hub";
import { startLoop } from "./loop";
import { createNumbering, type Numbering } from "./numbering";

/** How soon a change is numbered: the process that took it may be gone, so each one looks. */
const NUMBERING = { spacing: 250, idle: 250 };
/** A paper's votes of a second are one event. Whoever is not told of changes looks for them after a while. */
const PUBLISHING = { spacing: 1000, idle: 5000 };

/** How soon it is noticed that the database was restored, or that a replica took its place. */
const WATCHING = { spacing: 1000, idle: 1000 };

/** What subscriptions and `paperChanges` stand on. */
export interface Live {
  hub: Hub;
  numbering: Numbering;
  history: History;
  /** Ends all listening. */
  close(): Promise<void>;
}

export interface LiveOptions {
  limits: FilterLimits;
  log: Log;
  /** Called when what was read before may be undone. */
  onNewHistory: () => void;
}

/** Numbers changes, and brings them to the listeners of this process, until it is closed. */
export function startLive(db: LiveDb, { limits, log, onNewHistory }: LiveOptions): Live {
  const bell = db.listen(CHANNEL, () => {
    for (const each of publishing) each.wake();
  });
  const numbering = createNumbering(db, bell);
  const hub = new Hub({ watch: bell, matching: onPrimary(db, "filters"), limits, log });
  const history = watchHistory(bell, () => {
    log.warn("the database was restored, or a replica took its place: what was read of it is forgotten");
    onNewHistory();
    hub.startAnew();
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
    startLoop("numbering changes", NUMBERING, log, () => numbering.upToDate()),
    startLoop("watching the database's history", WATCHING, log, watch),
  ];
  return {
    hub,
    numbering,
    history,
    async close() {
      hub.end();
      await Promise.all(loops.map((loop) => loop.stop()));
      await bell.close();
    },
  };
}
