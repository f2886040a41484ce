//===- Energy.cpp - Energy of DRAM commands and traffic -------------------===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "romanet/DRAM/Energy.h"
#include <algorithm>

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

EnergyModel::EnergyModel(const DRAMDevice &device)
    : energies(commandEnergies(device)) {
  const DRAMTiming &timing = device.timing;
  double channels = static_cast<double>(device.channels);
  double allRanks = channels * static_cast<double>(device.ranks);
  nsPerBurst = device.clocksPerBurst() * timing.clockNs / channels;
  // At most four activations of a rank in any tFAW.
  double activationClocks = std::max(static_cast<double>(timing.faw) / 4,
                                     static_cast<double>(timing.rrdShort));
  nsPerActivation = activationClocks * timing.clockNs / allRanks;
  // Ranks that are not addressed stand by and are refreshed all the same.
  backgroundPJPerNs = energies.standbyOpenPerClock * allRanks / timing.clockNs;
  refreshPJPerNs = energies.refresh * allRanks /
                   (static_cast<double>(timing.refi) * timing.clockNs);
}

EnergyEstimate EnergyModel::operator()(const DRAMTraffic &traffic) const {
  EnergyEstimate estimate;
  estimate.readPJ = traffic.readBursts * energies.readBurst;
  estimate.writePJ = traffic.writeBursts * energies.writeBurst;
  estimate.activatePJ = traffic.activations * energies.activatePrecharge;
  estimate.timeNs =
      std::max((traffic.readBursts + traffic.writeBursts) * nsPerBurst,
               traffic.activations * nsPerActivation);
  estimate.backgroundPJ = estimate.timeNs * backgroundPJPerNs;
  estimate.refreshPJ = estimate.timeNs * refreshPJPerNs;
  return estimate;
}

EnergyEstimate estimateEnergy(const DRAMDevice &device,
                              const DRAMTraffic &traffic) {
  return EnergyModel(device)(traffic);
}

} // namespace romanet
