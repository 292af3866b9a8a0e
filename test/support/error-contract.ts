/** Every code that README documents; nothing else may stand in an answer. */
const CODES = [
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "PERSISTED_QUERY_NOT_FOUND",
  "DOCUMENT_NOT_FOUND",
  "DOCUMENT_NOT_TRUSTED",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "QUERY_TOO_COMPLEX",
  "SERVICE_UNAVAILABLE",
  "TIMEOUT",
];

/** What tells a stranger how the server is made. */
const LEAKS = {
  "a stack": /\n\s*at |\bat \S+ \(|stacktrace|\.[jt]s:\d+/,
  "a file": /node_modules|node:internal|file:\/\/|(^|[\s"'(])\/(home|root|tmp|usr|var|work|app|src)\//,
  SQL: /\b(select\b[\s\S]{1,200}?\bfrom|insert into|update|delete from)\s+"?(papers|authors|authorships|upvotes|users|feed_\w+|access_tokens|trending_scores|digest_\w+)\b/i,
  "the database": /postgres|relation "|column "|syntax error at|\btsquery\b|type (integer|timestamp|date)\b/i,
};

interface AnswerError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; argument?: string; requestId?: string };
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: AnswerError[];
}

/** Why an answer is not one that a stranger may get, whatever was sent; null when it is. */
export function contractViolation(status: number, body: string): string | null {
  if (status >= 500) return `status ${status}`;
  const answer = parse(body);
  if (!answer) return "the body is not JSON";
  const told = JSON.stringify(answer.errors ?? (answer.data === undefined ? answer : null));
  // Backslashes of JSON would hide the lines of a stack.
  const leak = Object.entries(LEAKS).find(([, form]) => form.test(told.replaceAll("\\n", "\n")));
  if (leak) return `${leak[0]} is told: ${told.slice(0, 500)}`;
  const code = answer.errors?.map((error) => error.extensions?.code ?? "none").find((each) => !CODES.includes(each));
  return code ? `the code ${code} is not documented: ${told.slice(0, 500)}` : null;
}

export function parse(body: string): Answer | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
