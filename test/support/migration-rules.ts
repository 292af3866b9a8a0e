/** What the processes of the version before could not live with, and what to do instead. */
const CONTRACTIONS: [pattern: RegExp, advice: string][] = [
  [/^drop (table|view|materialized|function|type|sequence|schema)\b/, "leave it in place"],
  [/^alter \S+ \S+ rename (?!constraint\b)/, "add the new name beside the old one, and write both"],
  [/^alter table \S+ drop (?!constraint\b)/, "leave the column in place, nullable or with a default"],
  [/^alter table \S+ alter (column )?\S+ set not null\b/, "fill the column in, and let the code refuse null"],
  [/^alter table \S+ alter (column )?\S+ (set data )?type\b/, "add a column of the new type, and write both"],
  [/^alter table \S+ alter (column )?\S+ drop (default|identity|expression)\b/, "leave the default in place"],
  [
    /^alter table \S+ add (?!constraint\b)(?!.*\b(default|generated)\b).*\bnot null\b/,
    "give the column a default, or let it be null",
  ],
];

/**
 * What in a migration's `up` takes something away: while a new version is rolled out, the processes of the one before run
 * on the new schema. Each problem says what to do instead.
 */
export function contractionsIn(source: string): string[] {
  const up = /async up\([\s\S]*?(?=async down\(|$)/.exec(source)?.[0] ?? "";
  const calls = [...up.matchAll(/\w+\.(?:drop|rename|change)[A-Z]\w*/g)].map(([call]) => explain(call, "write SQL"));
  const statements = [...up.matchAll(/`([^`]*)`|"([^"\n]*)"/g)].flatMap(([, long, short]) =>
    (long ?? short ?? "")
      .replace(/--.*$/gm, "")
      .split(";")
      .map((statement) => statement.replace(/\s+/g, " ").trim().toLowerCase()),
  );
  const made = new Set(statements.map((statement) => /^create table (?:if not exists )?(\S+)/.exec(statement)?.[1]));
  const problems = statements
    .filter((statement) => !made.has(/^alter table (\S+)/.exec(statement)?.[1] ?? ""))
    .flatMap(actionsOf)
    .flatMap((action) => {
      const found = CONTRACTIONS.find(([pattern]) => pattern.test(action));
      return found ? [explain(action, found[1])] : [];
    });
  return [...calls, ...problems];
}

/** One statement for each change of a table; the commas between them stand in no parentheses. */
function actionsOf(statement: string): string[] {
  const [, table, changes] = /^alter table (?:if exists )?(?:only )?(\S+) (.*)$/.exec(statement) ?? [];
  if (!table || !changes) return [statement];
  return changes.split(/,(?![^()]*\))/).map((change) => `alter table ${table} ${change.trim()}`);
}

function explain(what: string, advice: string): string {
  return (
    `"${what}" breaks the processes of the version before, which run until they are replaced: ${advice}. ` +
    "What no version in use needs any more is taken away by a later migration, which is listed in CONTRACTING."
  );
}
