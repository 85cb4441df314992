/// Where a picture is seen.
package enum Canvas: Sendable {
    /// On a desk or on paper.
    case wide
    /// On a phone: what stands side by side elsewhere stands one below the other, and letters keep their size.
    case narrow

    /// The width of a narrow picture: that of a phone of 384 pixels, without the page's margins.
    static let narrowWidth = 352.0
}
