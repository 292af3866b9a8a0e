import { keptCountLoader, listLoader, pageBelow, rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import type { Topic } from "./topic.entity";
import { topicColumns } from "./topic.service";

export const topicLoaders = {
  topic: ({ db }: PaperSources, name: string) =>
    rowLoader<number, Topic>(name, db, (ids) => rowsOf(topicColumns, sql`${ids}::int[]`, sql`topics t on t.id = k.id`)),
  topicPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<number, null, Paper>(
      name,
      papers,
      (ids, _, slice) =>
        pageBelow(
          papers.columns,
          ids,
          sql`papers p where p.keywords && array(select s.spelling from topic_spellings s where s.topic_id = k.id)`,
          slice,
        ),
      // Those of one topic are sorted, and may be thousands.
      () => true,
    ),
  topicPaperCount: ({ db }: PaperSources, name: string) => keptCountLoader(name, db, sql`topics`),
};
