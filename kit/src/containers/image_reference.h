// Names of images: REGISTRY/REPOSITORY:TAG@DIGEST, as the distribution specification has them.
//
// Thread safety: pure functions. Source: github.com/distribution/reference, the grammar of a reference.
#pragma once

#include <string_view>

namespace container_kit::kit::containers {

// Whether engines take it as a reference, so that it is never read as an option or as another image.
bool is_image_reference(std::string_view text) noexcept;

}  // namespace container_kit::kit::containers
