import { INHERITED } from "../support/names";
import type { GraphQLBody } from "./attack";
import { textArguments } from "./texts";

/** Names that every object has, wherever a document or what goes with it has room for a name of the client's. */
export const nameAttacks: [place: string, send: GraphQLBody][] = INHERITED.flatMap((name) => [
  ...Object.entries(textArguments).map(([argument, { query, at }]): [string, GraphQLBody] => [
    `${name} in ${argument}`,
    { query, variables: { x: at ? at(name) : name } },
  ]),
  [`an operation named ${name}`, { query: `query ${name} { papers { totalCount } }`, operationName: name }],
  [`no operation named ${name}`, { query: "query A { __typename } query B { __typename }", operationName: name }],
  [`an alias ${name}`, { query: `{ ${name}: papers { ${name}: totalCount nodes { ${name}: title } } }` }],
  [
    `a fragment ${name}`,
    { query: `{ papers { ...${name} } } fragment ${name} on PaperConnection { nodes { title } }` },
  ],
  [`no fragment ${name}`, { query: `{ papers { ...${name} } }` }],
  [
    `a variable ${name}`,
    { query: `query ($${name}: Int!) { papers(first: $${name}) { nodes { title } } }`, variables: { [name]: 1 } },
  ],
  [
    `no variable ${name}`,
    { query: `query ($${name}: Int) { papers(first: $${name}) { nodes { title } } }`, variables: {} },
  ],
  [`variables nobody asked for, ${name}`, { query: "{ papers { totalCount } }", variables: { [name]: { [name]: 1 } } }],
  [`a field ${name}`, { query: `{ ${name} papers { ${name} } }` }],
  [`an argument ${name}`, { query: `{ papers(${name}: 1) { totalCount } }` }],
  [`a directive ${name}`, { query: `{ papers @${name} { totalCount } }` }],
  [`a type ${name}`, { query: `query ($a: ${name}) { papers { ... on ${name} { totalCount } } }` }],
  [`a type by its name ${name}`, { query: `{ __type(name: "${name}") { name fields { name } } }` }],
  [
    `an enum's value ${name}`,
    { query: `{ feed(period: ${name}) { key } trendingPapers(window: ${name}) { totalCount } }` },
  ],
  [`an input's field ${name}`, { query: `{ papers(filter: { ${name}: 1 }) { totalCount } }` }],
  [`an extension ${name}`, { query: "{ papers { totalCount } }", extensions: { [name]: { [name]: 1 } } }],
  [`a hash ${name}`, { extensions: { persistedQuery: { version: 1, sha256Hash: name } } }],
]);
