import path from "node:path";
import type { Config } from "../config/config";
import { settings } from "../config/settings";
import type { TrustedText } from "../http/trusted-documents/read-files";
import { root } from "../root";
import { exampleRequests, trustedRequests } from "./example-requests";

interface Started {
  outboxSecret: string | null;
  isEmpty: boolean;
  trustedDocuments: readonly TrustedText[];
}

/** The text shown when the API has started. */
export function welcome(config: Config, port: number, { outboxSecret, isEmpty, trustedDocuments }: Started): string {
  const { SITE_NAME, HOST, DATABASE_URL, DATA_DIR, EXPLORER, MCP, SOURCES, WORKER, TRUSTED_DOCUMENTS_ONLY } = config;
  const npmRun = `${databaseOf(config)}npm run`;
  const anywhere = HOST === "0.0.0.0" || HOST === "::";
  const base = `http://${anywhere ? "localhost" : HOST.includes(":") ? `[${HOST}]` : HOST}:${port}`;
  const pages = EXPLORER
    ? [
        `  Explore   ${base}/graphiql  (works offline, with queries to try${TRUSTED_DOCUMENTS_ONLY ? ": with the token below" : ""})`,
        `  Sandbox   ${base}/graphql   (Apollo Sandbox, in a browser)`,
      ]
    : [];
  return [
    "",
    `${SITE_NAME} API is ready.`,
    "",
    `  GraphQL   ${base}/graphql`,
    ...pages,
    ...(MCP ? [`  Agents    ${base}/mcp       (tools, by the Model Context Protocol)`] : []),
    `  Mail      ${base}/digest    (subscribe to papers by mail)`,
    ...(outboxSecret
      ? [
          `  Outbox    ${base}/outbox/${outboxSecret}`,
          "            (mails that would be sent; anyone with this address can see them)",
        ]
      : []),
    `  Data      ${DATABASE_URL ? "the PostgreSQL of DATABASE_URL" : `${DATA_DIR} (embedded PostgreSQL)`}`,
    ...(SOURCES.length > 0
      ? [`  Sources   ${SOURCES.join(" and ")}, read by ${WORKER ? "this process" : "npm run worker"}`]
      : []),
    "",
    ...(isEmpty && SOURCES.length === 0
      ? [
          "There are no papers yet. Start again with SOURCES=huggingface, or with SAMPLE=on for a sample, or import some:",
          "",
          `  ${npmRun} import -- huggingface --from 2026-05-01 --to 2026-05-29`,
          "",
        ]
      : []),
    ...(TRUSTED_DOCUMENTS_ONLY ? trustedRequests(base, npmRun, trustedDocuments) : exampleRequests(base, npmRun)),
    "",
    "Stop with Ctrl-C.",
    "",
  ].join("\n");
}

/** The setting that a command in another terminal needs for the same database, as a shell takes it; a URL may hold a password. */
function databaseOf({ DATABASE_URL, DATA_DIR }: Config): string {
  if (DATABASE_URL) return "DATABASE_URL=... ";
  if (DATA_DIR === path.resolve(root, settings.DATA_DIR.default)) return "";
  return `DATA_DIR=${/^[\w./-]+$/.test(DATA_DIR) ? DATA_DIR : `'${DATA_DIR.replaceAll("'", "'\\''")}'`} `;
}
