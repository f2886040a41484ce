//===- Energy.cpp - Energy of DRAM commands and traffic -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Energy.h"

namespace romanet {

CommandEnergies commandEnergies(const DRAMDevice &device) {
  const DRAMTiming &timing = device.timing;
  double rcNs = static_cast<double>(timing.rc) * timing.clockNs;
  double rasNs = static_cast<double>(timing.ras) * timing.clockNs;
  double rfcNs = static_cast<double>(timing.rfc) * timing.clockNs;
  double burstNs = device.clocksPerBurst() * timing.clockNs;
  double chips = static_cast<double>(device.chips);

  // V * mA * ns = pJ. Each current contains the standby current that flows
  // anyway and is accounted for as background, so it is taken off.
  CommandEnergies energies;
  for (const DRAMRail &rail : device.rails) {
    double volts = rail.volts * chips;
    energies.activatePrecharge +=
        volts *
        (rail.idd0 * rcNs - rail.idd3n * rasNs - rail.idd2n * (rcNs - rasNs));
    energies.readBurst += volts * (rail.idd4r - rail.idd3n) * burstNs;
    energies.writeBurst += volts * (rail.idd4w - rail.idd3n) * burstNs;
    energies.refresh += volts * (rail.idd5b - rail.idd3n) * rfcNs;
    energies.standbyOpenPerClock += volts * rail.idd3n * timing.clockNs;
    energies.standbyClosedPerClock += volts * rail.idd2n * timing.clockNs;
  }
  return energies;
}

EnergyEstimate &EnergyEstimate::operator+=(const EnergyEstimate &other) {
  readPJ += other.readPJ;
  writePJ += other.writePJ;
  activatePJ += other.activatePJ;
  backgroundPJ += other.backgroundPJ;
  refreshPJ += other.refreshPJ;
  timeNs += other.timeNs;
  return *this;
}

EnergyEstimate estimateEnergy(const DRAMDevice &device,
                              const DRAMTraffic &traffic) {
  CommandEnergies energies = commandEnergies(device);
  // In floating point from the start: the sum of two counts may exceed 64 bits.
  double reads = static_cast<double>(traffic.readBursts);
  double writes = static_cast<double>(traffic.writeBursts);
  double channels = static_cast<double>(device.channels);
  double allRanks = channels * static_cast<double>(device.ranks);
  double clocks = (reads + writes) * device.clocksPerBurst() / channels;

  EnergyEstimate estimate;
  estimate.readPJ = reads * energies.readBurst;
  estimate.writePJ = writes * energies.writeBurst;
  estimate.activatePJ =
      static_cast<double>(traffic.activations) * energies.activatePrecharge;
  estimate.timeNs = clocks * device.timing.clockNs;
  // Ranks that are not addressed stand by and are refreshed all the same.
  estimate.backgroundPJ = clocks * energies.standbyOpenPerClock * allRanks;
  estimate.refreshPJ = clocks / static_cast<double>(device.timing.refi) *
                       energies.refresh * allRanks;
  return estimate;
}

} // namespace romanet
