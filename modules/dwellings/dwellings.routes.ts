import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as contract from './dwellings.contract.ts'
import * as houses from './houses.actions.ts'
import * as linking from './linking.actions.ts'
import * as occupancy from './occupancy.contract.ts'
import * as taking from './taking.actions.ts'

export const dwellingsRoutes: readonly Route[] = [
  route(contract.listDwellingBlocks, houses.listBlocks),
  route(contract.listHouseDifferences, taking.listHouseDifferences),
  route(contract.takeNewHouses, taking.takeNewHouses),
  route(contract.settleDifferences, taking.settleDifferences),
  route(contract.searchDwellings, houses.searchDwellings),
  route(contract.exportDwellings, houses.exportDwellings),
  route(contract.addDwelling, houses.addDwelling),
  route(contract.getDwelling, houses.getDwelling),
  route(contract.changeDwelling, houses.changeDwelling),
  route(contract.positionDwelling, houses.positionDwelling),
  route(occupancy.countLinks, linking.countLinks),
  route(occupancy.proposeLinks, linking.proposeLinks),
  route(occupancy.listProposals, linking.listProposals),
  route(occupancy.acceptProposals, linking.acceptProposals),
  route(occupancy.acceptSureProposals, linking.acceptSureProposals),
  route(occupancy.refuseProposals, linking.refuseProposals),
  route(occupancy.undoBulk, linking.undoBulk),
  route(occupancy.listUnlinkedHouseholds, linking.listUnlinkedHouseholds),
  route(occupancy.getOccupancy, linking.getOccupancy),
  route(occupancy.linkOccupant, linking.linkOccupant),
]
