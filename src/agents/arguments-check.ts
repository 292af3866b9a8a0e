import type * as Mcp from "@modelcontextprotocol/server";
import type * as Validation from "ajv";
import { cut } from "./paper-brief";

/** In characters: what a caller made up is shown so far. */
const MAX_SHOWN = 100;

/** Takes whatever a tool is called with: the tool says itself, with a code, what is wrong. */
export const UNCHECKED: Mcp.jsonSchemaValidator = {
  getValidator<T>(): Mcp.JsonSchemaValidator<T> {
    return (input) => ({ valid: true, data: input as T, errorMessage: undefined });
  },
};

/**
 * Checks what tools take and answer. It stops at the first mistake, which costs and says the same however many there are; the
 * protocol's library would list all of them. A schema is compiled when it first checks something: all of them take 0.3 s.
 */
export function createArgumentsCheck(): Mcp.jsonSchemaValidator {
  // Loaded late, as the protocol's library is.
  const { Ajv } = require("ajv") as typeof Validation;
  // That the tools' schemas are right is tested.
  const ajv = new Ajv({ verbose: true, validateSchema: false });
  return {
    getValidator<T>(schema: object): Mcp.JsonSchemaValidator<T> {
      let isValid: Validation.ValidateFunction | undefined;
      return (input) => {
        isValid ??= ajv.compile(schema);
        return isValid(input)
          ? { valid: true, data: input as T, errorMessage: undefined }
          : { valid: false, data: undefined, errorMessage: inWords(isValid.errors![0]!) };
      };
    },
  };
}

/** What is wrong, and what would be right. */
function inWords({ keyword, instancePath, params, parentSchema, message }: Validation.ErrorObject): string {
  const where = pathOf(instancePath);
  if (keyword === "additionalProperties") {
    const known = Object.keys(parentSchema?.properties ?? {}).join(", ");
    const unknown = JSON.stringify(cut(String(params.additionalProperty), MAX_SHOWN));
    return where === ""
      ? `there is no argument ${unknown}: pass ${known}`
      : `${where} has no ${unknown}: pass ${known}`;
  }
  const subject = where === "" ? "the arguments" : where;
  if (keyword === "enum") return `${subject} must be one of ${params.allowedValues.join(", ")}`;
  return `${subject} ${message}`;
}

/** A JSON Pointer as models write it: filter.keywords[3]. Only names of the schema are in it: others are not looked into. */
function pathOf(pointer: string): string {
  return pointer
    .slice(1)
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
}
