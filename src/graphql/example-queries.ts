/** The explorer's initial tabs; the Sandbox shows the first one. On small screens the editor cuts lines beyond 46 characters. */
export const exampleQueries = [
  {
    query: `# The feed of a day: ranks, upvotes, and where
# to go next. Press Ctrl-Enter.
query DayFeed {
  feed(on: "2026-05-13") {
    key
    isFinal
    papers(first: 10) {
      totalCount
      edges {
        rank
        upvotesInPeriod
        node {
          title
          publishedOn
          authorCount
          authors(first: 3) { nodes { name } }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
    previous { key }
    next { key }
  }
}
`,
  },
  {
    query: `# The latest ISO week: papers about agents
# that come with code.
query WeekFeed($filter: PaperFilter) {
  feed(period: WEEK) {
    key
    startDate
    endDate
    isFinal
    papers(filter: $filter, first: 10) {
      totalCount
      edges { rank featuredOn node { title url codeUrl upvoteCount standings { rank feed { key } } } }
    }
  }
}
`,
    variables: JSON.stringify({ filter: { keywords: ["agents"], hasCode: true } }, null, 2),
  },
  {
    query: `# Web-search syntax: "quoted words", or,
# -without. Offsets tell what to highlight.
query Search($query: String!) {
  searchPapers(query: $query, first: 10) {
    totalCount
    edges {
      score
      highlights { field text ranges }
      node { id title featuredOn relatedPapers(first: 3) { title } }
    }
  }
}
`,
    variables: JSON.stringify({ query: '"self-supervised learning" -medical' }, null, 2),
  },
  {
    query: `# By words and by meaning: foundBy tells which
# of the two found a paper.
query Meaning($query: String!) {
  searchPapers(query: $query, mode: HYBRID, first: 10) {
    totalCount
    edges { score foundBy node { id title } }
  }
}
`,
    variables: JSON.stringify({ query: "making models forget what they learned" }, null, 2),
  },
  {
    query: `# One paper: by id, arXiv id, DOI, or its page
# on arXiv or Hugging Face.
query PaperDetail($by: PaperBy!) {
  paper(by: $by) {
    title
    abstract
    authorCount
    authorsComplete
    authors { edges { position name node { id papers(first: 3) { totalCount } } } }
    citation(format: BIBTEX)
  }
}
`,
    variables: JSON.stringify({ by: { url: "https://arxiv.org/abs/2605.16363v1" } }, null, 2),
  },
  {
    query: `# The archive, newest first: pass endCursor
# as after to go on.
query Archive {
  feeds(period: MONTH, first: 6) {
    nodes { key papers(first: 1) { totalCount nodes { title upvoteCount } } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# What can I filter by? PaperFilter takes each
# value; paperFacets, too, takes a filter.
query Facets {
  paperFacets(by: [TOPIC, ORGANIZATION, AUTHOR], first: 5) {
    facet
    values { value label count }
  }
  topics(name: "reinf", first: 3) { nodes { label paperCount } }
}
`,
  },
  {
    query: `# What trends: votes fade with a half-life, so
# that the order can be explained. Those of
# the sample have faded; two readers who vote
# for a paper with imported votes revive it.
query Trending($window: TrendingWindow!) {
  trendingPapers(window: $window, first: 10) {
    totalCount
    edges { rank score node { title upvoteCount featuredOn } }
  }
}
`,
    variables: JSON.stringify({ window: "QUARTER" }, null, 2),
  },
  {
    query: `# Upvoting needs an access token. Make one by
#   npm run --silent token -- create \\
#     --user ada --scopes UPVOTES_WRITE
# and put it under Headers below:
#   { "authorization": "Bearer dp_..." }
# Without it, this answers UNAUTHENTICATED.
mutation Upvote($input: UpvotePaperInput!) {
  upvotePaper(input: $input) {
    changed
    paper { title upvoteCount viewerHasUpvoted }
    userErrors { message code path }
  }
}
`,
    variables: JSON.stringify({ input: { paperId: "UGFwZXI6MQ" } }, null, 2),
  },
  {
    query: `# Who am I? Null without a token.
query Viewer {
  viewer {
    username
    upvotedPapers(first: 5) { totalCount nodes { title viewerHasUpvoted } }
  }
}
`,
  },
  {
    query: `# Posts each day's five best papers to a URL,
# here as Slack takes them. Needs a token with
# the scope WEBHOOKS_WRITE; without it, this
# answers UNAUTHENTICATED.
mutation Webhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) {
    webhook { id }
    secret
    userErrors { message code path }
  }
}
`,
    variables: JSON.stringify(
      {
        input: {
          url: "https://hooks.slack.com/services/T000/B000/XXXX",
          events: ["FEED_FINAL"],
          format: "SLACK",
          filter: { keywords: ["agents"] },
        },
      },
      null,
      2,
    ),
  },
  {
    query: `# Listens: press Ctrl-Enter here, then run
# Upvote in its tab.
subscription Listen {
  paperUpvotesChanged(paperIds: ["UGFwZXI6MQ"]) {
    upvoteCount
    at
    paper { title }
  }
}
`,
  },
];
