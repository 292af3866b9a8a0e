import { type DocumentNode, Kind, OperationTypeNode, parse } from "graphql";
import type { TrustedText } from "../http/trusted-documents/read-files";

/** Lines that show how an API is asked, and voted at; `npmRun` runs a command on its database. */
export function exampleRequests(base: string, npmRun: string): string[] {
  return [
    "Try a query:",
    "",
    ...request(base, {
      query: "{ feed { key papers(first: 3) { totalCount edges { rank node { title upvoteCount } } } } }",
    }),
    "",
    "To vote, create an access token and send it as a header:",
    "",
    `  ${npmRun} --silent token -- create --user ada --scopes UPVOTES_WRITE`,
    ...request(
      base,
      { query: 'mutation { upvotePaper(input: { paperId: "UGFwZXI6MQ" }) { changed paper { title upvoteCount } } }' },
      " -H 'authorization: Bearer dp_...'",
    ),
  ];
}

/** The same of an API that executes trusted documents alone. */
export function trustedRequests(base: string, npmRun: string, documents: readonly TrustedText[]): string[] {
  const texts = new Set(documents.map(({ text }) => text));
  const plain = documents.find(({ text }) => needsNothing(parse(text)));
  const body = plain ? { documentId: plain.id } : { documentId: documents[0]!.id, variables: {} };
  return [
    `Only trusted documents are executed: ${texts.size} ${texts.size === 1 ? "is" : "are"} known. Ask for one by its id:`,
    "",
    ...request(base, body),
    "",
    "Any other document, and a schema in the explorers, needs an access token:",
    "",
    `  ${npmRun} --silent token -- create --user ada --scopes DEVELOP,UPVOTES_WRITE`,
  ];
}

/** Whether a document is one query that can be executed without variables. */
function needsNothing({ definitions }: DocumentNode): boolean {
  const [operation, ...others] = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (!operation || others.length > 0 || operation.operation !== OperationTypeNode.QUERY) return false;
  return (operation.variableDefinitions ?? []).every(
    ({ type, defaultValue }) => type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined,
  );
}

function request(base: string, body: object, headers = ""): string[] {
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
  return [`  curl ${base}/graphql -H 'content-type: application/json'${headers} \\`, `    -d '${quoted}'`];
}
