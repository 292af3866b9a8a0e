import { buttonTo, heading, link, paragraph, renderLayout, row } from "./layout";
import type { RenderedMail } from "./mail.types";
import { paragraphs, RULE, wrap } from "./plain-text";

/** A mail of a few sentences, in plain text. */
export interface Letter {
  siteName: string;
  subject: string;
  heading: string;
  /** Before the button. */
  message: string;
  action: { label: string; url: string };
  /** After it, smaller. */
  notes: string[];
  links: { label: string; url: string }[];
}

export async function renderLetter(letter: Letter): Promise<RenderedMail> {
  return { subject: letter.subject, html: await letterHtml(letter), text: letterText(letter) };
}

function letterHtml({ siteName, subject, heading: title, message, action, notes, links }: Letter): Promise<string> {
  const places = links.map(({ label, url }) => `<p class="small space">${link(label, url)}</p>`);
  const address = `<p class="muted small space">If the button does not work, open this address:<br>${link(action.url, action.url)}</p>`;
  return renderLayout({
    title: subject,
    preheader: message,
    body: [
      heading(siteName, title, paragraph(message, "ink space")),
      buttonTo(action.label, action.url),
      row(notes.map((note) => paragraph(note, "muted small space")).join("") + address + places.join("")),
    ],
  });
}

function letterText({ siteName, heading: title, message, action, notes, links }: Letter): string {
  const [first = "", ...others] = [action, ...links].map(({ label, url }) => `${label}:\n${url}`);
  const top = paragraphs(`${siteName}\n${title}`, wrap(message), first);
  return `${paragraphs(top, RULE, ...notes.map((note) => wrap(note)), ...others)}\n`;
}
