#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A change of an 8-bit image's pixels, each as torchvision's function of that name has it for tensors.
///
/// Source: `torchvision.transforms.functional`, with the nearest pixel and 0 beyond the image.
package enum PixelOperation: Sendable, Hashable {
    /// Around the centre, in degrees, against the clock.
    case rotate(degrees: Double)
    case affine(AffineChange)
    /// Factors of 1 change nothing.
    case brightness(Double)
    case contrast(Double)
    case saturation(Double)
    case sharpness(Double)
    /// A share of the whole circle of hues, -0.5...0.5.
    case hue(Double)
    /// Keeps so many bits.
    case posterize(bits: Int)
    /// Inverts pixels from this value on.
    case solarize(threshold: Double)
    case autoContrast
    case equalize

    /// A rotation, a shear (in degrees), a scale and a translation (in pixels).
    package struct AffineChange: Sendable, Hashable {
        package var degrees: Double
        package var translation: (x: Double, y: Double)
        package var scale: Double
        package var shear: (x: Double, y: Double)
        /// Whether the shear leaves the upper left corner where it is, and not the centre.
        package var isFromCorner: Bool

        package init(
            degrees: Double = 0, translation: (x: Double, y: Double) = (0, 0), scale: Double = 1,
            shear: (x: Double, y: Double) = (0, 0), isFromCorner: Bool = false
        ) {
            self.degrees = degrees
            self.translation = translation
            self.scale = scale
            self.shear = shear
            self.isFromCorner = isFromCorner
        }

        private var numbers: [Double] { [degrees, translation.x, translation.y, scale, shear.x, shear.y] }

        package static func == (one: AffineChange, other: AffineChange) -> Bool {
            one.numbers == other.numbers && one.isFromCorner == other.isFromCorner
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(numbers)
            hasher.combine(isFromCorner)
        }
    }

    /// - Parameters:
    ///   - pixels: channels x height x width.
    ///   - channels: 1 or 3.
    package func apply(to pixels: inout [UInt8], channels: Int, height: Int, width: Int) {
        let plane = height * width
        switch self {
        case .rotate(let degrees):
            // As torchvision counts, an affine change turns with the clock.
            let matrix = AffineChange(degrees: -degrees).inverse(height: height, width: width)
            sample(&pixels, matrix, channels, height, width)
        case .affine(let change):
            sample(&pixels, change.inverse(height: height, width: width), channels, height, width)
        case .brightness(let factor): pixels = pixels.map { Self.blend($0, 0, factor) }
        case .contrast(let factor):
            let grey = Self.grey(pixels, channels: channels, plane: plane)
            let mean = Float(grey.reduce(0) { $0 + Int($1) }) / Float(plane)
            pixels = pixels.map { Self.blend($0, mean, factor) }
        case .saturation(let factor):
            guard channels == 3 else { return }
            let grey = Self.grey(pixels, channels: channels, plane: plane)
            for place in pixels.indices {
                pixels[place] = Self.blend(pixels[place], Float(grey[place % plane]), factor)
            }
        case .sharpness(let factor): sharpen(&pixels, factor, channels, height, width)
        case .hue(let shift):
            guard channels == 3 else { return }
            for place in 0..<plane { Self.turnHue(&pixels, place, plane, Float(shift)) }
        case .posterize(let bits):
            let mask = UInt8(truncatingIfNeeded: 256 - (1 << (8 - bits)))
            pixels = pixels.map { $0 & mask }
        case .solarize(let threshold): pixels = pixels.map { Double($0) >= threshold ? 255 - $0 : $0 }
        case .autoContrast:
            for channel in 0..<channels { Self.stretch(&pixels[channel * plane..<(channel + 1) * plane]) }
        case .equalize:
            for channel in 0..<channels { Self.equalize(&pixels[channel * plane..<(channel + 1) * plane]) }
        }
    }

    // MARK: Colours

    /// factor a + (1 - factor) b, cut off to whole numbers of 8 bits.
    private static func blend(_ a: UInt8, _ b: Float, _ factor: Double) -> UInt8 {
        let value = Float(factor) * Float(a) + Float(1 - factor) * b
        return UInt8(min(max(value, 0), 255))
    }

    /// 0.2989 R + 0.587 G + 0.114 B, cut off; of grey images, themselves.
    private static func grey(_ pixels: [UInt8], channels: Int, plane: Int) -> [UInt8] {
        guard channels == 3 else { return pixels }
        return (0..<plane).map { place in
            let red: Float = 0.2989 * Float(pixels[place])
            let green: Float = 0.587 * Float(pixels[plane + place])
            let blue: Float = 0.114 * Float(pixels[2 * plane + place])
            return UInt8(red + green + blue)
        }
    }

    private static func turnHue(_ pixels: inout [UInt8], _ place: Int, _ plane: Int, _ shift: Float) {
        let r = Float(pixels[place]) / 255
        let g = Float(pixels[plane + place]) / 255
        let b = Float(pixels[2 * plane + place]) / 255
        let (most, least) = (max(r, g, b), min(r, g, b))
        let isGrey = most == least
        let range = most - least
        let saturation = range / (isGrey ? 1 : most)
        let divisor = isGrey ? 1 : range
        let (rc, gc, bc) = ((most - r) / divisor, (most - g) / divisor, (most - b) / divisor)
        let sector = most == r ? bc - gc : most == g ? 2 + rc - bc : 4 + gc - rc
        var hue = fmodf(sector / 6 + 1, 1) + shift
        hue -= floorf(hue)
        // Back: Smith, "Color gamut transform pairs", 1978.
        let i = Int(floorf(hue * 6))
        let f = hue * 6 - Float(i)
        let p = min(max(most * (1 - saturation), 0), 1)
        let q = min(max(most * (1 - saturation * f), 0), 1)
        let t = min(max(most * (1 - saturation * (1 - f)), 0), 1)
        let colour: (Float, Float, Float) =
            switch i % 6 {
            case 0: (most, t, p)
            case 1: (q, most, p)
            case 2: (p, most, t)
            case 3: (p, q, most)
            case 4: (t, p, most)
            default: (most, p, q)
            }
        for (channel, value) in [colour.0, colour.1, colour.2].enumerated() {
            pixels[channel * plane + place] = UInt8(min(max(value * (256 - 1e-3), 0), 255))
        }
    }

    private static func stretch(_ channel: inout ArraySlice<UInt8>) {
        guard let least = channel.min(), let most = channel.max(), least < most else { return }
        let scale = 255 / (Float(most) - Float(least))
        for place in channel.indices {
            channel[place] = UInt8(min(max((Float(channel[place]) - Float(least)) * scale, 0), 255))
        }
    }

    private static func equalize(_ channel: inout ArraySlice<UInt8>) {
        var counts = [Int](repeating: 0, count: 256)
        for value in channel { counts[Int(value)] += 1 }
        let present = counts.filter { $0 > 0 }
        let step = present.dropLast().reduce(0, +) / 255
        guard step > 0 else { return }
        var table: [UInt8] = []
        var sum = 0
        for count in counts {
            table.append(UInt8(min((sum + step / 2) / step, 255)))
            sum += count
        }
        table[0] = 0
        for place in channel.indices { channel[place] = table[Int(channel[place])] }
    }

    /// Blends with the mean of each pixel's neighbours, itself counting five times; the border stays.
    private func sharpen(_ pixels: inout [UInt8], _ factor: Double, _ channels: Int, _ height: Int, _ width: Int) {
        guard height > 2, width > 2 else { return }
        let old = pixels
        for channel in 0..<channels {
            for y in 0..<height {
                for x in 0..<width {
                    let place = (channel * height + y) * width + x
                    var blurred = Float(old[place])
                    if 1..<height - 1 ~= y, 1..<width - 1 ~= x {
                        var sum: Float = 0
                        for dy in -1...1 {
                            for dx in -1...1 {
                                let weight: Float = dy == 0 && dx == 0 ? 5 / 13 : 1 / 13
                                sum += weight * Float(old[place + dy * width + dx])
                            }
                        }
                        blurred = sum.rounded(.toNearestOrEven)
                    }
                    pixels[place] = Self.blend(old[place], blurred, factor)
                }
            }
        }
    }

    // MARK: Places

    /// Each pixel takes the one nearest to where `matrix` leads from it, both seen from the centre.
    private func sample(
        _ pixels: inout [UInt8], _ matrix: [Double], _ channels: Int, _ height: Int, _ width: Int
    ) {
        let old = pixels
        let m = matrix.map { Float($0) }
        let (middleX, middleY) = (Float(width) / 2, Float(height) / 2)
        for y in 0..<height {
            for x in 0..<width {
                let (fromX, fromY) = (Float(x) + 0.5 - middleX, Float(y) + 0.5 - middleY)
                let sourceX = (m[0] * fromX + m[1] * fromY + m[2] + middleX - 0.5).rounded(.toNearestOrEven)
                let sourceY = (m[3] * fromX + m[4] * fromY + m[5] + middleY - 0.5).rounded(.toNearestOrEven)
                let isInside = sourceX >= 0 && sourceX < Float(width) && sourceY >= 0 && sourceY < Float(height)
                for channel in 0..<channels {
                    pixels[(channel * height + y) * width + x] =
                        isInside ? old[(channel * height + Int(sourceY)) * width + Int(sourceX)] : 0
                }
            }
        }
    }
}

extension PixelOperation.AffineChange {
    /// Where each pixel comes from: (x, y) seen from the centre is at (m0 x + m1 y + m2, m3 x + m4 y + m5).
    ///
    /// Source: `torchvision.transforms.functional._get_inverse_affine_matrix`.
    fileprivate func inverse(height: Int, width: Int) -> [Double] {
        let (rotation, shearX, shearY) = (degrees * .pi / 180, shear.x * .pi / 180, shear.y * .pi / 180)
        let centre = isFromCorner ? (x: -Double(width) / 2, y: -Double(height) / 2) : (x: 0, y: 0)
        let a = cos(rotation - shearY) / cos(shearY)
        let b = -cos(rotation - shearY) * tan(shearX) / cos(shearY) - sin(rotation)
        let c = sin(rotation - shearY) / cos(shearY)
        let d = -sin(rotation - shearY) * tan(shearX) / cos(shearY) + cos(rotation)
        var m = [d / scale, -b / scale, 0, -c / scale, a / scale, 0]
        m[2] += m[0] * (-centre.x - translation.x) + m[1] * (-centre.y - translation.y) + centre.x
        m[5] += m[3] * (-centre.x - translation.x) + m[4] * (-centre.y - translation.y) + centre.y
        return m
    }
}
