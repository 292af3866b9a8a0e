import path from "node:path";
import * as v from "valibot";
import { switchSetting } from "./setting-forms";

/** Settings of trusted documents; see `settings`. */
export const trustedDocumentSettings = {
  TRUSTED_DOCUMENTS: {
    description:
      "File, or folder of .json files, with the documents of your clients, as Relay, GraphQL Code Generator or Apollo write them; read at the start.",
    default: undefined,
    form: v.optional(
      v.pipe(
        v.string(),
        v.transform((file) => path.resolve(file)),
      ),
    ),
    expected: "a file or a folder",
  },
  TRUSTED_DOCUMENTS_ONLY: switchSetting(
    "off",
    "Whether all other documents are refused, but from tokens with the scope DEVELOP; needs TRUSTED_DOCUMENTS.",
  ),
} as const;
