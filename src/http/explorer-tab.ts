/**
 * A function for GraphiQL's page, as text: its properties so that the query of the page's address has a tab of its own, once, and
 * that no other tab is added. GraphiQL puts that query into the first tab's place at the first visit; later it opens a new tab
 * whenever what it begins with differs from every tab that it kept, even in variables.
 */
export const OPEN_TAB = `function openTab(properties) {
  const asked = new URLSearchParams(location.search).get("query");
  const isAsked = (tab) => tab.query === asked;
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem("graphiql:tabState"));
  } catch {}
  if (!Array.isArray(kept?.tabs)) {
    const examples = properties.defaultTabs;
    const first = examples.find(isAsked) ?? { query: asked };
    return asked ? { ...properties, defaultTabs: [first, ...examples.filter((tab) => !isAsked(tab))] } : properties;
  }
  const active = kept.tabs[kept.activeTabIndex];
  const tab = !asked || (active && isAsked(active)) ? active : kept.tabs.find(isAsked) ?? { query: asked };
  const { query, variables, headers } = tab ?? {};
  return { ...properties, initialQuery: query ?? "", initialVariables: variables ?? "", initialHeaders: headers ?? "" };
}`;
