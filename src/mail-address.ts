/** An RFC 5322 addr-spec without quoting, comments and address literals: atoms with single dots between them (3.2.3), @, a host's name. */
const ADDRESS =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;
/** RFC 5321, 4.5.3.1: 64 bytes before the @; a path of 256 with its angle brackets leaves 254. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

/** Whether a text is one mail address: the one rule of all doors. */
export function isMailAddress(text: string): boolean {
  return text.length <= MAX_LENGTH && text.lastIndexOf("@") <= MAX_LOCAL_LENGTH && ADDRESS.test(text);
}
