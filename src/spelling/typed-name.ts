import { badUserInput } from "../graphql/errors";
import { checkText } from "../graphql/text";
import { visible } from "../inputs/visible";
import { readEntities } from "./entities";
import { readTexAccents } from "./tex-accents";

const MAX_LENGTH = 200;

/**
 * A name, or a part of one, as people type or paste it: with what TeX and HTML write for letters read, without invisible
 * characters and with single spaces. Throws BAD_USER_INPUT unless it has 1 to 200 characters and something visible.
 */
export function readTypedName(argument: string, name: string): string {
  checkText(argument, name);
  const shown = visible(readTexAccents(readEntities(name)))
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .trim();
  if (shown !== "" && name.length <= MAX_LENGTH) return shown;
  throw badUserInput(argument, `${argument} must have 1 to ${MAX_LENGTH} characters.`);
}
