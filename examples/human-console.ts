// A person as an agent: what others ask is shown here, and what is typed here is the answer.
import { Agent, Space } from "action-collective/agents";
import { ConsoleHuman } from "action-collective/agents/console";

class Greeter extends Agent {
  async request(): Promise<string> {
    const name = await this.place.request("user", "query", "What is your name?");
    return `Hello, ${name}.`;
  }
}

await using space = new Space();
const user = new ConsoleHuman("user");
await space.add(user);
await space.add(new Greeter("greeter"));
const greeting = await space.place.request("greeter", "request", null);
console.log((await user.confirm("Shall I say it?")) ? greeting : "As you like.");
