import { type DocumentNode, GraphQLError, Lexer, Source, TokenKind } from "graphql";

/** Points of every operation, for receiving, authenticating, counting and answering it. */
export const OPERATION_COST = 20;
/** Additional points of a refusal: its document is not cached, and its errors are written. */
export const REFUSAL_COST = 80;
/** Points for parsing and validating a token. A cached document costs as much, so that costs do not depend on the cache. */
const TOKEN_COST = 3;
/** Values in the variables that are read and checked for a point. */
const VALUES_A_POINT = 3;

/** Size up to which a body or message costs nothing extra: the points of its operation cover it. */
const FREE_BYTES = 8192;
/** Further bytes that are received and parsed for a point. */
const BYTES_A_POINT = 40;

/** Points of a body or message by its size: unknown members and comments are read, too. */
export function sizeCost(bytes: number): number {
  return Math.ceil(Math.max(0, bytes - FREE_BYTES) / BYTES_A_POINT);
}

/** Points of a document and its variables, without executing it. */
export function documentCost(tokens: number, variables: unknown): number {
  return OPERATION_COST + TOKEN_COST * tokens + Math.ceil(valuesIn(variables) / VALUES_A_POINT);
}

/** The tokens of a parsed document, including comments: they take as long, and the parser's limit does not count them. */
export function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken.next ?? null; token && token.kind !== TokenKind.EOF; token = token.next) tokens++;
  return tokens;
}

/** The tokens that a parser can have read of a text before it failed: at most `limit`, and the comments among them. */
export function tokensIn(text: string, limit: number): number {
  const lexer = new Lexer(new Source(text));
  const start = lexer.token;
  let tokens = 0;
  try {
    while (tokens < limit && lexer.advance().kind !== TokenKind.EOF) tokens++;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  for (let token = start.next; token; token = token.next) if (token.kind === TokenKind.COMMENT) tokens++;
  return tokens;
}

/** Counts values without recursion: variables may be nested as deep as a body is long. */
function valuesIn(variables: unknown): number {
  const left = [variables];
  let values = 0;
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    for (const each of Object.values(value)) {
      values++;
      left.push(each);
    }
  }
  return values;
}
