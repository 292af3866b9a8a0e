import { type DocumentNode, GraphQLError, Lexer, Source, TokenKind } from "graphql";

/** What every operation costs, in points, whatever it asks: it is received, authenticated, counted and answered. */
export const OPERATION_COST = 20;
/** What a refusal costs beside that: it is not known from before, and its errors are written. */
export const REFUSAL_COST = 80;
/** What it costs to parse and check a token. A known document costs as much, so that nobody has to know what is known. */
const TOKEN_COST = 3;
/** So many values among the variables are read and checked for a point. */
const VALUES_A_POINT = 3;

/** A body or message of so many bytes costs nothing for its size: what an operation costs covers it. */
const FREE_BYTES = 8192;
/** So many bytes beyond are received and parsed for a point, whatever they say. */
const BYTES_A_POINT = 40;

/** The points of what a client has sent, by its size alone: members that nobody asked for and comments are read, too. */
export function sizeCost(bytes: number): number {
  return Math.ceil(Math.max(0, bytes - FREE_BYTES) / BYTES_A_POINT);
}

/** The points of a document and its variables before anything is executed. */
export function documentCost(tokens: number, variables: unknown): number {
  return OPERATION_COST + TOKEN_COST * tokens + Math.ceil(valuesIn(variables) / VALUES_A_POINT);
}

/** The tokens of a parsed document. Each comment is one: it takes as long, and no limit of the parser's counts it. */
export function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken.next ?? null; token && token.kind !== TokenKind.EOF; token = token.next) tokens++;
  return tokens;
}

/** The tokens that a parser can have looked at before it gave a text up: as many as are allowed, at most, and the comments among them. */
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

/** Counted without recursion: they may be as deep as a body is long. */
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
