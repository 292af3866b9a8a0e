import type { CodegenConfig } from "@graphql-codegen/cli";

/** What a client of this API puts into its own codegen.ts; a scalar that it forgets is an error. */
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: "reader.ts",
  generates: {
    "generated/": {
      preset: "client",
      config: {
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { Date: "string", DateTime: "string", EmailAddress: "string", TimeZone: "string", URL: "string" },
      },
    },
  },
};

export default config;
