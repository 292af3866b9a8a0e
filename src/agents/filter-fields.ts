/** PaperFilter's fields in a few words each: every list has them, and models read all of it before they ask anything. */
export const FILTER_FIELDS = {
  keywords: "Words or phrases, such as topics from find; one of them must match.",
  excludeKeywords: "None of them may match.",
  categories: "arXiv's, such as cs.CL, or cs for all of cs; one of them.",
  excludeCategories: "None of them.",
  authorIds: "From find.",
  organizationIds: "From find.",
  near: "Ids of papers that it is to be about the same as.",
  hasCode: "Whether it has a code repository.",
  minUpvotes: "At least so many.",
  featured: "Whether it was on any feed.",
  featuredFrom: "A day, such as 2026-05-13.",
  featuredTo: "A day.",
  publishedFrom: "A day.",
  publishedTo: "A day.",
  withdrawn: "Whether its authors withdrew it.",
};
