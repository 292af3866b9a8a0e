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

/** Declared as Apollo Server documents it, so that tools which know it read the schema's hints. */
export const cacheControlDirective = new GraphQLDirective({
  name: "cacheControl",
  description:
    "Which answers caches may keep. One to an anonymous GET may be kept for a few seconds by anyone, unless it selects a part that is PRIVATE.",
  locations: [
    DirectiveLocation.FIELD_DEFINITION,
    DirectiveLocation.OBJECT,
    DirectiveLocation.INTERFACE,
    DirectiveLocation.UNION,
  ],
  args: {
    maxAge: {
      type: GraphQLInt,
      description: "Seconds, for a part that may be kept for another time than the server's own; no part has one yet.",
    },
    scope: {
      type: new GraphQLEnumType({
        name: "CacheControlScope",
        description: "Whose caches may keep an answer.",
        values: {
          PUBLIC: { description: "Any cache, for everyone." },
          PRIVATE: { description: "None that several readers share: the answer is the viewer's own." },
        },
      }),
      description: "PUBLIC when omitted.",
    },
    inheritMaxAge: { type: GraphQLBoolean, description: "Whether the field keeps to its parent's `maxAge`." },
  },
});

/** Whether anything that a document selects is the viewer's own. */
export type PrivacyCheck = (document: DocumentNode) => boolean;

/** Looks through each document once. */
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
