import { visible } from "../../inputs/visible";
import { readWebUrl } from "../../inputs/web-url";

/** A link to store, or why it cannot be stored; neither if there is none. */
export interface Link {
  url?: string;
  problem?: string;
}

/** A text in brackets or quotation marks, or the address of a link in Markdown. */
const WRAPPED = /^(?:\[[^\][]*\]\(|[<("'“‘«])([^<>"“”‘’«»\s]+)[>)"'”’»]$/u;
/** A host name with an optional port, up to the path: what a browser opens without a scheme. */
const HOST = /^(?:\/\/)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}(?::\d{1,5})?(?=[/?#]|$)/u;
/** Git's URLs of repositories, besides web URLs. https://git-scm.com/docs/git-clone#_git_urls */
const CLONE = /^(?:(?:git\+)?(?:ssh|git|https?):\/\/(?:[^/@]+@)?([\w.-]+)(?::\d+)?\/|[\w.-]+@([\w.-]+):)(?=[^/])/i;
/** Before the host of a web URL: repository hosts put the name of whoever copies the URL there. */
const USER = /^(https?:\/\/)[^\s/?#@]*@/i;
/** A GitHub repository as owner/name, as GitHub itself writes it. */
const SHORT = /^(?:github:)?(?!n\/a$)([a-z0-9](?:-?[a-z0-9])*\/[\w.-]+)\/?$/i;

/** Hosts on which owner and name identify a repository. */
const TWO_PARTS = /^(?:github\.com|bitbucket\.org|codeberg\.org|gitee\.com)$/;
/** Hosts with optional groups before or between owner and name. */
const MORE_PARTS = /^(?:gitlab\..+|huggingface\.co)$/;
/** Other hosts of the same repositories, at the same paths. */
const ALIASES = new Map([
  ["hf.co", "huggingface.co"],
  ["raw.githubusercontent.com", "github.com"],
  ["codeload.github.com", "github.com"],
]);
/** First parts of the paths of a host's own pages, which no owner has as a name. */
const RESERVED = new Map(
  Object.entries({
    "github.com":
      "about account apps codespaces collections contact copilot customer-stories dashboard discussions enterprise " +
      "explore features gists issues join login logout marketplace mobile new notifications organizations orgs partners " +
      "premium-support pricing pulls readme resources search security sessions settings signup site sitemap solutions " +
      "sponsors stars team topics trending users watching why-github",
    "bitbucket.org": "account api blog dashboard product repo site snippets support workspace workspaces",
    "codeberg.org": "admin api assets attachments avatars explore issues login notifications org pulls repo user",
    "gitee.com": "api enterprises explore gists login organizations search",
    "gitlab.com": "admin api dashboard explore groups help projects search snippets users",
    "huggingface.co":
      "api blog chat collections docs enterprise inference join learn login models new organizations papers posts pricing " +
      "settings tasks",
  }).map(([host, names]): [string, Set<string>] => [host, new Set(names.split(" "))]),
);
/** Kinds of repositories of Hugging Face, before owner and name; models have none. */
const KINDS = new Set(["datasets", "spaces", "kernels"]);

/** Names of owners and repositories on those hosts; Bitbucket also has ids in braces. */
const NAME = /^(?:[\w.-]+|%7B[\da-f-]+%7D)$/i;
/** Paths into a repository, after its name. */
const INSIDE = new Set(["tree", "blob", "raw", "resolve", "commit", "commits", "issues", "discussions", "viewer"]);

/** An absolute http or https URL without user and password; a host without a scheme gets https. */
export function webUrl(text: string | null | undefined): Link {
  const shown = shownIn(text);
  if (!shown) return {};
  const url = readWebUrl(HOST.test(shown) ? `https://${shown.replace(/^\/\//, "")}` : shown);
  return url ? { url } : { problem: `"${shown.slice(0, 200)}" is not an http or https URL without user and password` };
}

/** The page of a code repository, without a path into it; also from a git URL, or from GitHub's "owner/name". */
export function codeUrl(text: string | null | undefined): Link {
  const shown = shownIn(text);
  const short = SHORT.exec(shown)?.[1];
  const isClone = CLONE.test(shown) && !/^https?:/i.test(shown);
  const written = isClone ? shown.replace(CLONE, "https://$1$2/") : shown.replace(USER, "$1");
  const link = webUrl(short ? `https://github.com/${short}` : written);
  return link.url ? repositoryOf(new URL(link.url)) : link;
}

function shownIn(text: string | null | undefined): string {
  return visible(text ?? "")
    .trim()
    .replace(WRAPPED, "$1");
}

function repositoryOf(url: URL): Link {
  const written = url.hostname.replace(/^www\./, "");
  const host = ALIASES.get(written) ?? written;
  const isKnown = TWO_PARTS.test(host) || MORE_PARTS.test(host);
  const parts = url.pathname.split("/").filter((part) => part !== "");
  // "/-/" is GitLab's, which runs on any host.
  const inside = parts.findIndex((part, i) => i >= 2 && (part === "-" || (isKnown && INSIDE.has(part))));
  // On other hosts the query may identify the page.
  if (!isKnown && inside < 0) return { url: url.href.replace(/\/+$/, "") };
  const most = host === "huggingface.co" ? (KINDS.has(parts[0]!) ? 3 : 2) : TWO_PARTS.test(host) ? 2 : undefined;
  const named = parts.slice(0, inside < 0 ? undefined : inside).slice(0, most);
  // A dot ends a sentence.
  const [owner, ...names] = isKnown ? [...named.slice(0, -1), named.at(-1)?.replace(/\.*(?:\.git)?\.*$/, "")] : named;
  const isReserved = RESERVED.get(host)?.has(owner?.toLowerCase() ?? "");
  const isNamed =
    owner && !isReserved && names.at(-1) && (!isKnown || [owner, ...names].every((part) => NAME.test(part!)));
  if (!isNamed) return { problem: `"${url.href}" names no repository` };
  const origin = isKnown ? `https://${host}` : url.origin;
  return { url: `${origin}/${[owner, ...names].join("/")}` };
}
