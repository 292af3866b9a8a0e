import type { CodegenConfig } from "@graphql-codegen/cli";
import config from "./codegen";

/** The same, and its documents for the server: generated/persisted-documents.json. */
const persisted: CodegenConfig = {
  ...config,
  generates: {
    "generated/": {
      ...(config.generates["generated/"] as object),
      presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } },
    },
  },
};

export default persisted;
