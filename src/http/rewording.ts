/** Where graphql-js or Apollo Server give up, their messages say what they did; ours say what is wrong with the request, and what to do. */
const REWORDINGS: readonly [RegExp, string][] = [
  [
    /^Validation aborted\.$/,
    "The document selects the same fields too often to be compared with each other: select each field once.",
  ],
  [
    /^GraphQL introspection is not allowed by Apollo Server.*/s,
    "Introspection is turned off on this server (setting INTROSPECTION); the schema is in its repository.",
  ],
  [
    /^Too many validation errors, .*/s,
    "The document has more errors than one answer lists: correct these, then send it again for the others.",
  ],
  [
    /^Too many errors processing variables, .*/s,
    "The variables have more errors than one answer lists: correct these, then send them again for the others.",
  ],
  [
    /^Syntax Error: Document contains more that (\d+) tokens\. .*/s,
    "The document has more than $1 tokens: select less, put long lists of values into variables, or send several operations.",
  ],
];

/** Our wording of a graphql-js message; any other message as it is. */
export function reworded(message: string): string {
  const [pattern, ours] = REWORDINGS.find(([pattern]) => pattern.test(message)) ?? [];
  return pattern && ours ? message.replace(pattern, ours) : message;
}
