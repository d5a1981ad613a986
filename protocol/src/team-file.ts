import { z } from "zod";
import { isJsonWithin, type Json } from "./json.ts";
import { AGENT_ADDRESS, AGENT_NAME, privilegesSchema, privilegesWishSchema } from "./privileges.ts";
import { textProblem } from "./text.ts";

/** Bounds of a team's file: it is written and read by people. */
export const teamLimits = {
  fileBytes: 256 * 1024,
  members: 64,
  channels: 16,
  variables: 64,
  variableCharacters: 4_000,
  instructionsCharacters: 20_000,
  roleCharacters: 64,
  /** Levels of values in values, in what is passed on to a model's server. */
  parameterDepth: 16,
  /** Actions that one member has as tools of its own. */
  actions: 32,
  /** Messages in one conversation of a channel. */
  turns: 1_000,
  /** Longest run, in milliseconds: a week, since people may be members. */
  runMs: 7 * 24 * 3_600_000,
} as const;

/** The name of a variable of the environment, and never what it holds: a file that is passed on passes no keys on. */
const variable = (ending: string, words: string) =>
  z
    .string()
    .max(64)
    .regex(
      new RegExp(`^(?:[A-Z][A-Z0-9_]*_)?(?:${ending})$`),
      `must name a variable of the environment that ends in ${words}; what it holds does not belong in a file`,
    );
const keyVariable = variable("KEY|TOKEN|SECRET", "KEY, TOKEN or SECRET");

const text = (most: number, lines: "one" | "many" = "one") =>
  z
    .string()
    .min(1, "must not be empty")
    .superRefine((value, context) => {
      const problem = textProblem(value.normalize("NFC"), { most, lines });
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    });

const memberName = z.string().regex(AGENT_NAME, "must be a name: letters, digits, and _ . - within it");
const milliseconds = (most: number) => z.number().int().min(1).max(most);

const parameter = z.custom<Json>(
  (value) => isJsonWithin(value, teamLimits.parameterDepth),
  `must be JSON, nested at most ${teamLimits.parameterDepth} deep`,
);

export const teamModelSchema = z.strictObject({
  /** What the server calls the model. */
  name: text(200).optional(),
  /** The variable that holds its name, which counts before `name`. */
  nameVariable: variable("MODEL|MODEL_NAME", "MODEL or MODEL_NAME").optional(),
  /** OPENAI_API_KEY by default; none where `baseUrlVariable` is another than OPENAI_BASE_URL, since a key is for one server. */
  keyVariable: keyVariable.optional(),
  /** OPENAI_BASE_URL by default. There is no address in a file: keys would go to it. */
  baseUrlVariable: variable("URL|ENDPOINT", "URL or ENDPOINT").optional(),
  api: z.enum(["chat", "responses"]).optional(),
  parameters: z.record(z.string().min(1).max(64), parameter).optional(),
  timeoutMs: milliseconds(3_600_000).optional(),
});
export type TeamModel = z.infer<typeof teamModelSchema>;

/** Which of the collective's tools a member has. */
export const teamToolsSchema = z.strictObject({
  /** Those to find, look at and run actions; true by default. */
  find: z.boolean().optional(),
  /** The actions that the user pinned; true by default. */
  pinned: z.boolean().optional(),
  /** Actions as tools of their own: ids, or names that only one has. */
  actions: z.array(z.string().min(1).max(128)).max(teamLimits.actions).optional(),
  /** It may publish what it writes, under the user's key; false by default. */
  publish: z.boolean().optional(),
  licence: z.string().min(1).max(64).optional(),
  /** Ask connected peers as well when searching; as the peer's settings have it by default. */
  ask: z.boolean().optional(),
});
export type TeamTools = z.infer<typeof teamToolsSchema>;

const seconds = z
  .number()
  .int()
  .min(1)
  .max(24 * 24 * 3_600);
const mailServer = z.strictObject({
  /** The variable that holds the server's name: there is no address in a file, since the password would go to it. */
  hostVariable: variable("HOST|SERVER", "HOST or SERVER"),
  port: z.number().int().min(1).max(65_535).optional(),
  /** By the port unless given. */
  security: z.enum(["tls", "starttls", "none"]).optional(),
  user: z.string().min(1).max(254).optional(),
  passwordVariable: variable("PASSWORD|PASS|TOKEN|SECRET", "PASSWORD, TOKEN or SECRET").optional(),
});

/** A person among the members, by the way to that person: one of them. */
export const teamHumanSchema = z
  .strictObject({
    console: z.strictObject({ timeoutSeconds: seconds.optional() }).optional(),
    websocket: z
      .strictObject({
        /** Of this machine; any free one unless given. */
        port: z.number().int().min(0).max(65_535).optional(),
        /** A token is made, and shown, where none is named. */
        tokenVariable: keyVariable.optional(),
        origins: z.array(z.string().min(1).max(253)).max(64).optional(),
        timeoutSeconds: seconds.optional(),
      })
      .optional(),
    email: z
      .strictObject({
        /** The person's address, and the one that the agents write from, whose mailbox `imap` is. */
        to: z.string().min(3).max(254),
        from: z.string().min(3).max(254),
        smtp: mailServer,
        imap: mailServer.extend({ mailbox: z.string().min(1).max(255).optional() }),
        authenticatedBy: z.string().min(1).max(253).optional(),
        timeoutSeconds: seconds.optional(),
        pollSeconds: seconds.optional(),
        lettersPerHour: z.number().int().min(1).max(10_000).optional(),
      })
      .optional(),
  })
  .refine((ways) => Object.keys(ways).length === 1, {
    message: "must name one way to the person: console, websocket or email",
  });
export type TeamHuman = z.infer<typeof teamHumanSchema>;

export const teamMemberSchema = z.strictObject({
  role: text(teamLimits.roleCharacters).optional(),
  /** A template: `{{name}}`, `{{members}}` and others stand for what they are, and the file's variables for their values. */
  instructions: text(teamLimits.instructionsCharacters, "many").optional(),
  /** Where it differs from the team's. */
  model: teamModelSchema.optional(),
  /** `none`: nothing of the collective. */
  tools: z.union([z.literal("none"), teamToolsSchema]).optional(),
  /** It is a maker of tools: it finds, or writes and proves, actions that others ask it for. */
  makes: z.strictObject({ publish: z.boolean().optional() }).optional(),
  /** The maker that it asks for tools it lacks. */
  maker: memberName.optional(),
  /** A person, in place of a model. */
  human: z.union([z.literal("console"), teamHumanSchema]).optional(),
  /** Who is directly above it; the user, unless named. */
  reportsTo: memberName.optional(),
  /** Members, channels, and agents of other peers that it may write to; all of the team, unless given. */
  mayTalkTo: z.array(z.string().regex(AGENT_ADDRESS, "must be a name, or name@PeerId")).max(256).optional(),
  /** No more than those above it have; what is left out is theirs. */
  privileges: privilegesWishSchema
    .omit({ talkTo: true, expose: true })
    .extend({ permissions: privilegesSchema.shape.permissions.partial().optional() })
    .optional(),
  /** Other peers may reach it; false by default. */
  expose: z.boolean().optional(),
  /** Turns of its model for one message. */
  maxSteps: z.number().int().min(1).max(100).optional(),
});
export type TeamMember = z.infer<typeof teamMemberSchema>;

/** A group chat. */
export const teamChannelSchema = z.strictObject({
  members: z.array(memberName).min(1).max(teamLimits.members),
  /** One speaks at a time, and only who raised its hand. */
  hands: z.boolean().optional(),
  /** The member that gives the floor. */
  chair: memberName.optional(),
  /** Most messages in one conversation; 24 by default. */
  turns: z.number().int().min(1).max(teamLimits.turns).optional(),
});
export type TeamChannel = z.infer<typeof teamChannelSchema>;

/** What a team is: the form of its file, be it YAML or JSON. */
export const teamFileSchema = z.strictObject({
  name: text(64),
  description: text(1_000, "many").optional(),
  variables: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "must be a name: letters, digits and _"),
      z.union([z.string().max(teamLimits.variableCharacters), z.number(), z.boolean()]),
    )
    .optional(),
  /** What members think with, unless they have a model of their own. */
  model: teamModelSchema.optional(),
  members: z.record(memberName, teamMemberSchema),
  channels: z.record(memberName, teamChannelSchema).optional(),
  /** Of all members together. */
  budget: privilegesSchema.shape.budget.optional(),
  /** The member or channel that gets the first message; the first member, unless named. */
  start: memberName.optional(),
  /** Longest run, in milliseconds; an hour unless given. */
  timeoutMs: milliseconds(teamLimits.runMs).optional(),
});
export type TeamFile = z.infer<typeof teamFileSchema>;
