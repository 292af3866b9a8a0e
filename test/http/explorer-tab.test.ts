import { runInNewContext } from "node:vm";
import { OPEN_TAB } from "../../src/http/explorer-tab";

describe("the tab in which GraphiQL opens", () => {
  const examples = [{ query: "query A { a }", variables: '{"n":1}' }, { query: "query B { b }" }];
  const kept = {
    activeTabIndex: 1,
    tabs: [
      { query: "query A { a }", variables: '{"n":2}', headers: null },
      { query: "{ own }", variables: null, headers: '{"x":"y"}' },
    ],
  };
  /** The properties with which it opens at an address, after what the browser has kept. */
  const openAt = (search: string, stored: string | null) =>
    JSON.parse(
      JSON.stringify(
        runInNewContext(`${OPEN_TAB}; openTab(properties)`, {
          URLSearchParams,
          location: { search },
          localStorage: { getItem: (key: string) => (key === "graphiql:tabState" ? stored : null) },
          properties: { title: "x", defaultTabs: examples },
        }),
      ),
    );
  const opens = (query: string, variables: string, headers: string) => ({
    title: "x",
    defaultTabs: examples,
    initialQuery: query,
    initialVariables: variables,
    initialHeaders: headers,
  });

  test.each([
    ["", { title: "x", defaultTabs: examples }],
    ["?query=", { title: "x", defaultTabs: examples }],
    ["?query=%7Bfeed%7D", { title: "x", defaultTabs: [{ query: "{feed}" }, ...examples] }],
    ["?query=query+B+%7B+b+%7D", { title: "x", defaultTabs: [examples[1], examples[0]] }],
  ])("at the first visit of %s", (search, properties) => {
    for (const stored of [null, "{", "7", '{"tabs":{}}']) expect(openAt(search, stored)).toEqual(properties);
  });

  test.each([
    ["", opens("{ own }", "", '{"x":"y"}')],
    ["?query=%7B+own+%7D", opens("{ own }", "", '{"x":"y"}')],
    ["?query=query+A+%7B+a+%7D", opens("query A { a }", '{"n":2}', "")],
    ["?query=%7Bfeed%7D", opens("{feed}", "", "")],
  ])("at a later visit of %s", (search, properties) => {
    expect(openAt(search, JSON.stringify(kept))).toEqual(properties);
  });
});
