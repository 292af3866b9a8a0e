import {
  type DocumentNode,
  extendSchema,
  type GraphQLObjectType,
  GraphQLSchema,
  isObjectType,
  parse,
  visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import {
  ENCODED_PARTS,
  EncodedPart,
  type EncodedParts,
  encodeApart,
  type PartEncoding,
} from "../../graphql/encoded-parts";
import type { HttpContext } from "../server-options";
import { BYTES_PER_FIELD, compileDocument, type Program } from "./jit";

/** The field that gives a part, and the beginning of the names of parts in results. */
export const PART = "__part";
const MAX_PROGRAMS = 1000;
const MAX_BYTES = 30 * 1024 * 1024;

/**
 * Extensions of fields whose values change only with the object that they belong to, or with that above it (`isContent`), and
 * of types whose objects keep such fields encoded (`hasParts`).
 */
export interface Marks {
  isContent?: boolean;
  hasParts?: boolean;
}

/** The schema with a field for the parts of each type that has them. */
export function addParts(schema: GraphQLSchema): GraphQLSchema {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && marksOf(type).hasParts);
  const fields = types.map(({ name }) => `extend type ${name} { ${PART}(of: String!): ${PART} }`);
  const extended = extendSchema(schema, parse(`scalar ${PART} ${fields.join(" ")}`), { assumeValid: true });
  for (const { name } of types) {
    const type = extended.getType(name) as GraphQLObjectType;
    type.getFields()[PART]!.resolve = createPartResolver(type);
  }
  return extended;
}

export function marksOf({ extensions }: { extensions: object }): Marks {
  return extensions;
}

/** Parts of results that are written as JSON. */
export const asJson: PartEncoding = {
  form: "",
  encode: (data) => new EncodedPart(encodeApart(JSON.stringify(data).slice(1, -1))),
};

/**
 * Resolves a part of an object in the form that the operation is to have: as it was encoded before, or by executing the
 * selection that it is of.
 */
function createPartResolver(type: GraphQLObjectType) {
  const schema = new GraphQLSchema({ query: type, assumeValid: true });
  const programs = new LRUCache<string, Program>({ max: MAX_PROGRAMS, maxSize: MAX_BYTES });
  return (source: { [ENCODED_PARTS]?: EncodedParts }, { of }: { of: string }, context: HttpContext) => {
    const { form, encode } = context.parts!;
    const parts = source[ENCODED_PARTS];
    const key = form + of;
    const known = parts?.get(key);
    if (known) return known;
    let program = programs.get(of);
    if (!program) {
      const document = parse(of);
      program = compileDocument(schema, document, null)!;
      programs.set(of, program, { size: 2 * of.length + BYTES_PER_FIELD * countFields(document) });
    }
    const result = program(source, context, {});
    // What was read for it may be newer than the object.
    if (result instanceof Promise) return result.then((late) => encode(dataOf(late)));
    const part = encode(dataOf(result));
    parts?.set(key, part);
    return part;
  };
}

function countFields(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    Field: () => {
      count++;
    },
  });
  return count;
}

function dataOf({ data, errors }: { data?: unknown; errors?: readonly unknown[] }): unknown {
  // The whole operation is then executed by graphql-js, which says what is wrong.
  if (!data || errors?.length) throw new Error("A part of a result has errors");
  return data;
}
