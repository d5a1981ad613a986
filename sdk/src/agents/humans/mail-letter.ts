import type { Notice, Question } from "./contact.ts";
import { MAIL_MARKER } from "./mail-words.ts";
import { quotedLines, shownLine } from "./shown.ts";

/** What is sent, before it has addresses. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  /** Message-ID of the letter that it follows. */
  readonly follows?: string;
}

const SUBJECT_CHARACTERS = 120;
const VERBS = {
  chat: "says",
  request: "asks for",
  query: "asks",
  permission: "asks your permission",
} as const;

export function questionLetter({ from, kind, text, note }: Question): Letter {
  const answer = kind === "permission" ? "Answer this mail with yes or no." : "Answer this mail.";
  return {
    subject: shownLine(`${from} ${VERBS[kind]}: ${text}`, SUBJECT_CHARACTERS),
    text: [
      MAIL_MARKER,
      ...(note === undefined ? [] : [note]),
      `${from} ${VERBS[kind]}:`,
      quotedLines(text),
      `${answer} What you write above the line at the top is passed on to ${from}, word for word.`,
    ].join("\n\n"),
  };
}

export function noticeLetter({ from, text }: Notice): Letter {
  return {
    subject: shownLine(`${from} informs you: ${text}`, SUBJECT_CHARACTERS),
    text: [`${from} informs you:`, quotedLines(text), "No answer is needed, and none is read."].join("\n\n"),
  };
}

/** Something about a question that was sent: no answer is needed any more, or its answer could not be read. */
export function remarkLetter(subject: string, remark: string, follows: string): Letter {
  return { subject: `Re: ${subject}`, text: remark, follows };
}
