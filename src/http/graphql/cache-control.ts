import {
  DirectiveLocation,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLInt,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** Declared as Apollo Server documents it, so that tools which know it can read the schema's hints. */
export const cacheControlDirective = new GraphQLDirective({
  name: "cacheControl",
  description:
    "Which responses caches may store. Any cache may store the response to an anonymous GET for a few seconds, unless it selects a PRIVATE field.",
  locations: [
    DirectiveLocation.FIELD_DEFINITION,
    DirectiveLocation.OBJECT,
    DirectiveLocation.INTERFACE,
    DirectiveLocation.UNION,
  ],
  args: {
    maxAge: {
      type: GraphQLInt,
      description:
        "Seconds for which the field may be cached, where that differs from the server's default; no field sets it yet.",
    },
    scope: {
      type: new GraphQLEnumType({
        name: "CacheControlScope",
        description: "Which caches may store a response.",
        values: {
          PUBLIC: { description: "Any cache, for everyone." },
          PRIVATE: { description: "No shared cache: the response is the viewer's own." },
        },
      }),
      description: "PUBLIC when omitted.",
    },
    inheritMaxAge: { type: GraphQLBoolean, description: "Whether the field inherits its parent's `maxAge`." },
  },
});

/** Whether a document selects anything that is the viewer's own. */
export type PrivacyCheck = (document: DocumentNode) => boolean;

/** Visits each document only once. */
export function createPrivacyCheck(schema: GraphQLSchema): PrivacyCheck {
  const known = new WeakMap<DocumentNode, boolean>();
  return (document) => {
    let isPrivate = known.get(document);
    if (isPrivate === undefined) {
      isPrivate = selectsPrivate(schema, document);
      known.set(document, isPrivate);
    }
    return isPrivate;
  };
}

function selectsPrivate(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const directives = types.getFieldDef()?.astNode?.directives ?? [];
        found ||= directives.some(
          ({ name, arguments: args = [] }) =>
            name.value === cacheControlDirective.name &&
            args.some((arg) => arg.value.kind === "EnumValue" && arg.value.value === "PRIVATE"),
        );
      },
    }),
  );
  return found;
}
