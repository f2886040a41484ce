//===- Energy.h - Energy of DRAM commands, in closed form -------*- C++ -*-===//
//
// Part of ROMANet, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Energy per command from data-sheet currents (Micron's method, as DRAMPower
// and DRAMSim3 compute it), and the energy of an amount of traffic. Without I/O
// and termination. Data-sheet currents are worst case: ratios mean more than
// absolute values.
//
//===----------------------------------------------------------------------===//

#ifndef ROMANET_DRAM_ENERGY_H
#define ROMANET_DRAM_ENERGY_H

#include "romanet/DRAM/Device.h"

namespace romanet {

/// Energy of one command in all chips of a rank, pJ.
struct CommandEnergies {
  double activatePrecharge = 0;
  double readBurst = 0, writeBurst = 0;
  double refresh = 0;
  /// Per clock and rank, with a bank open and with all banks closed.
  double standbyOpenPerClock = 0, standbyClosedPerClock = 0;
};

CommandEnergies commandEnergies(const DRAMDevice &device);

/// What is moved. Bursts of device.burstBytes(), activations of rows. Numbers
/// are exact up to 2^53; a bound need not be a whole number.
struct DRAMTraffic {
  double readBursts = 0, writeBursts = 0, activations = 0;
};

/// An estimate and its terms, in pJ and ns.
struct EnergyEstimate {
  double readPJ = 0, writePJ = 0, activatePJ = 0;
  /// Standby (a bank open) and refresh for `timeNs`.
  double backgroundPJ = 0, refreshPJ = 0;
  /// The longer of all bursts at the peak bandwidth of all channels, and all
  /// activations at the rate that tFAW and tRRD allow in all ranks: a lower
  /// bound.
  double timeNs = 0;

  EnergyEstimate &operator+=(const EnergyEstimate &other);

  double totalPJ() const {
    return readPJ + writePJ + activatePJ + backgroundPJ + refreshPJ;
  }
};

/// Estimates for one device. No term decreases when traffic grows.
class EnergyModel {
public:
  explicit EnergyModel(const DRAMDevice &device);
  EnergyEstimate operator()(const DRAMTraffic &traffic) const;

private:
  CommandEnergies energies;
  /// Of all channels and ranks together.
  double nsPerBurst, nsPerActivation;
  double backgroundPJPerNs, refreshPJPerNs;
};

EnergyEstimate estimateEnergy(const DRAMDevice &device,
                              const DRAMTraffic &traffic);

} // namespace romanet

#endif // ROMANET_DRAM_ENERGY_H
