/** What a map shows: the point in its middle, and how many units of the picture a degree of latitude is. */
export type MapView = { readonly latitude: number; readonly longitude: number; readonly scale: number }

/** The picture's own units; it is drawn as wide as there is room. */
export const MAP_WIDTH = 800
export const MAP_HEIGHT = 520

type Place = { readonly latitude: number; readonly longitude: number }

/** Degrees of longitude get shorter towards the poles; a town is small enough for one factor. */
function squeeze({ latitude }: MapView): number {
  return Math.cos((latitude * Math.PI) / 180)
}

export function toPicture(view: MapView, place: Place): { readonly x: number; readonly y: number } {
  return {
    x: MAP_WIDTH / 2 + (place.longitude - view.longitude) * squeeze(view) * view.scale,
    y: MAP_HEIGHT / 2 - (place.latitude - view.latitude) * view.scale,
  }
}

export function toPlace(view: MapView, x: number, y: number): Place {
  return {
    longitude: view.longitude + (x - MAP_WIDTH / 2) / (squeeze(view) * view.scale),
    latitude: view.latitude - (y - MAP_HEIGHT / 2) / view.scale,
  }
}

/** Ten kilometres to a metre and a half a unit: nothing is lost beyond it in either direction. */
const COARSEST = 500
const FINEST = 2_000_000

export function zoomed(view: MapView, factor: number): MapView {
  return { ...view, scale: Math.min(FINEST, Math.max(COARSEST, view.scale * factor)) }
}

export function moved(view: MapView, dx: number, dy: number): MapView {
  const { latitude, longitude } = toPlace(view, MAP_WIDTH / 2 + dx, MAP_HEIGHT / 2 + dy)
  return { ...view, latitude, longitude }
}

/** A view that holds all of these places, with some room around them. */
export function viewOf(places: readonly Place[]): MapView {
  const latitudes = places.map(({ latitude }) => latitude)
  const longitudes = places.map(({ longitude }) => longitude)
  // The middle of Japan, until there is something to look at.
  if (places.length === 0) return { latitude: 36, longitude: 138, scale: COARSEST }
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)]
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)]
  const middle = { latitude: (south + north) / 2, longitude: (west + east) / 2, scale: 1 }
  const scale = Math.min(
    (MAP_HEIGHT * 0.85) / Math.max(north - south, 0.002),
    (MAP_WIDTH * 0.85) / Math.max((east - west) * squeeze(middle), 0.002),
  )
  return zoomed({ ...middle, scale }, 1)
}

/** A round length for the scale bar, in metres, no longer than a quarter of the picture. */
export function scaleBar(view: MapView): { readonly metres: number; readonly width: number } {
  const unitsPerMetre = view.scale / 111_320
  const most = MAP_WIDTH / 4 / unitsPerMetre
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= most)!
  return { metres, width: metres * unitsPerMetre }
}
