/** Why a file cannot be read, in words for known codes of Node; null for any other error. */
export function whyUnreadable({ code }: NodeJS.ErrnoException): string | null {
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES") return "this user may not read it";
  return null;
}
