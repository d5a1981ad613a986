declare module "virtual:routes" {
  const table: Readonly<Record<string, readonly [method: "get" | "post", path: string]>>;
  export default table;
}
