import type { Config } from "../config/config";
import type { TrustedText } from "../http/trusted-documents/read-files";
import { exampleRequests, trustedRequests } from "./example-requests";

interface Started {
  outboxSecret: string | null;
  isEmpty: boolean;
  trustedDocuments: readonly TrustedText[];
}

/** The text shown when the API has started. */
export function welcome(
  { SITE_NAME, HOST, DATABASE_URL, DATA_DIR, EXPLORER, MCP, SOURCES, WORKER, TRUSTED_DOCUMENTS_ONLY }: Config,
  port: number,
  { outboxSecret, isEmpty, trustedDocuments }: Started,
): string {
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
          "  npm run import -- huggingface --from 2026-05-01 --to 2026-05-29",
          "",
        ]
      : []),
    ...(TRUSTED_DOCUMENTS_ONLY ? trustedRequests(base, trustedDocuments) : exampleRequests(base)),
    "",
    "Stop with Ctrl-C.",
    "",
  ].join("\n");
}
