/** What a right is limited to: these disasters, and of a disaster these 町字; `null` = all of it. */
export type Reach = readonly { readonly disasterId: string; readonly areas: readonly string[] | null }[]

/** What lies in both. */
export function narrowed(reach: Reach, more: Reach): Reach {
  return more.flatMap(({ disasterId, areas }) =>
    reach
      .filter((one) => one.disasterId === disasterId)
      .map((one) => ({
        disasterId,
        areas: areas === null ? one.areas : areas.filter((area) => one.areas?.includes(area) ?? true),
      })),
  )
}
