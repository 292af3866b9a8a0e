import graphql from "@graphql-eslint/eslint-plugin";

/** Edges of what is no node, since it is shown to its owner alone: node(id:) gives it to nobody. */
const EDGES_OF_NO_NODE = ["AccessTokenEdge", "WebhookDeliveryEdge"];

/** The rule of that name, but for those edges: it takes no exceptions. */
const edgeTypes = graphql.rules["relay-edge-types"];
const edgeTypesButForThose = {
  ...edgeTypes,
  create(context) {
    const isException = ({ node }) => EDGES_OF_NO_NODE.includes(node?.value ?? node?.name?.value);
    const report = (problem) => {
      if (problem.messageId !== "MESSAGE_SHOULD_IMPLEMENTS_NODE" || !isException(problem)) context.report(problem);
    };
    return edgeTypes.create(Object.create(context, { report: { value: report } }));
  },
};

/** ESLint reads the schema alone: all TypeScript is Biome's. */
export default [
  {
    files: ["schema.graphql"],
    plugins: { "@graphql-eslint": graphql, local: { rules: { "relay-edge-types": edgeTypesButForThose } } },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      // Lists that are read from the front only (search, trending, archive) offer first and after, not last and before.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Short lists without pages (keywords, standings, userErrors) and a connection's nodes hold no edges.
      "@graphql-eslint/relay-edge-types": "off",
      "local/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      // Parts of another object have no identity of their own: pages, edges, payloads and the types named here.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            suffixes: ["Connection", "Edge", "Event", "Payload"],
            types: [
              "CategoryCount",
              "DigestFilter",
              "FeedStanding",
              "PageInfo",
              "PaperFacetCounts",
              "PaperFacetValue",
              "PaperVersion",
              "RankMove",
              "RateLimit",
              "SearchHighlight",
              "Source",
              "UpvoteCount",
              "UserError",
              "WebhookFilter",
            ],
          },
        },
      ],
      // Off: `User.username` is the standard word for it, and the rule takes no exceptions.
      "@graphql-eslint/no-typename-prefix": "off",
      // Off: the printed schema has no field with its @cacheControl, so the directive and its enum seem unused.
      "@graphql-eslint/no-unreachable-types": "off",
    },
  },
];
