// The model without a compiler: prints the bytes that the best schedule of a
// product of 4 x 16 and 16 x 8 bytes moves.
#include "romanet/Model/Search.h"
#include <cstdio>

int main() {
  using romanet::Dim;
  romanet::Layer layer;
  layer.name = "product";
  layer.size[Dim::N] = 4;
  layer.size[Dim::K] = 8;
  layer.size[Dim::C] = 16;
  layer.outputBytes = 4;
  auto buffers = romanet::BufferCapacities::makeSeparate(64, 64, 64);
  romanet::SearchResult result = romanet::searchBytes(layer, buffers);
  auto *found = std::get_if<romanet::Found>(&result);
  if (!found)
    return 1;
  std::printf("%lld bytes\n", (long long)found->traffic.totalBytes());
}
