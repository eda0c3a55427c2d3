// What comes from the clouds goes to a terminal as plain text only: a job's name must not move the cursor or hide a line.

export function safeText(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
